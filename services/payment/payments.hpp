// Payments and what may become of them. What the provider tells us arrives on three ways (the reply to a charge, its
// webhook, our own asking), in any order and more than once: the table of transitions makes the first outcome count and
// the others change nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"
#include "chassis/base/transitions.hpp"
#include "chassis/database/database.hpp"
#include "contracts/ledger.hpp"
#include "contracts/order.hpp"
#include "contracts/payment.hpp"
#include "services/payment/provider.hpp"

namespace payment {

using contracts::PaymentStatus;

constexpr chassis::base::Transitions life_of_a_payment{PaymentStatus::charging,
                                                       {{PaymentStatus::charging, PaymentStatus::paid},
                                                        {PaymentStatus::charging, PaymentStatus::failed},
                                                        {PaymentStatus::paid, PaymentStatus::refunding},
                                                        {PaymentStatus::refunding, PaymentStatus::refunded}}};

struct Payment {
    contracts::PaymentId id;
    contracts::OrderId order_id;
    PaymentStatus status;
    chassis::Money amount;
    std::string payment_method;
    std::optional<std::string> charge_id;
    std::optional<std::string> reason;
};

// Charges the card; a job, because the provider is outside of the transaction.
struct ChargeCard {
    static constexpr std::string_view job_type = "payment.charge_card";
    contracts::PaymentId payment_id;
    std::string job_key() const { return to_string(payment_id); }
};

// Asks the provider what became of a charge whose webhook has not come.
struct AskProvider {
    static constexpr std::string_view job_type = "payment.ask_provider";
    contracts::PaymentId payment_id;
    std::string job_key() const { return to_string(payment_id); }
};

// Gives the money back.
struct RefundCharge {
    static constexpr std::string_view job_type = "payment.refund_charge";
    contracts::PaymentId payment_id;
    std::string job_key() const { return to_string(payment_id); }
};

// How long the provider's webhook is waited for before it is asked.
constexpr std::chrono::seconds webhook_patience{5};

// Stores the order's payment and has it charged. A second call for the same order changes nothing.
void begin(chassis::Transaction& tx, const contracts::OrderCreated& order, chassis::base::Time now);

std::optional<Payment> find_payment(chassis::Connection& db, contracts::PaymentId id);

// Takes in what the provider says of a charge, from wherever it came, and publishes order.paid or payment.failed the
// first time that it is final. A charge that is still pending is asked for again after webhook_patience.
void learn(chassis::Transaction& tx, contracts::PaymentId id, const Charge& charge, chassis::base::Time now);

// The order cannot be fulfilled: gives the money back when it was taken.
void begin_refund(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now);

// The provider has taken the refund: publishes payment.refunded the first time.
void finish_refund(chassis::Transaction& tx, contracts::PaymentId id, chassis::base::Time now);

}  // namespace payment
