// The payment provider, as far as this service needs one. Another provider is another class behind this interface.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chassis/async/task.hpp"
#include "chassis/base/money.hpp"
#include "contracts/ids.hpp"

namespace payment {

enum class ChargeStatus { pending, succeeded, declined };

// What the provider knows of a charge. `reference` is our payment id.
struct Charge {
    std::string id;  // empty for a charge that the provider refused to make
    contracts::PaymentId reference;
    ChargeStatus status;
    std::optional<std::string> reason;  // why it was declined
};

// Every call throws when the provider cannot be reached or answers with an error of its own: nothing is known then, and
// the caller asks before it charges again.
class Provider {
  public:
    virtual ~Provider() = default;

    // Charges `amount` under the payment's id as idempotency key: repeated within a day, it is the same charge. A
    // refusal that would be the same again, such as of a card that does not exist, is a declined charge.
    virtual chassis::Task<Charge> charge(contracts::PaymentId id, chassis::Money amount,
                                         std::string payment_method) const = 0;

    // The charge made for this payment; nothing when there is none.
    virtual chassis::Task<std::optional<Charge>> find(contracts::PaymentId id) const = 0;

    // Gives a charge back in full; repeated, it is the same refund.
    virtual chassis::Task<> refund(contracts::PaymentId id, std::string charge_id) const = 0;
};

}  // namespace payment
