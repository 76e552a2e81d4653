// What stands on the wire of the payment provider's simulator. The payment service has its own idea of these shapes, as
// it would of a real provider's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/base/money.hpp"
#include "chassis/model/rules.hpp"

namespace simulator {

enum class ChargeStatus { pending, succeeded, declined };

// POST /v1/charges, with an Idempotency-Key.
struct NewCharge {
    std::string reference;  // the merchant's own id for it
    chassis::Money amount;
    std::string payment_method;

    static void rules(chassis::Rules<NewCharge>& field) {
        field(&NewCharge::reference).length(1, 64).about("The merchant's id of the payment");
        field(&NewCharge::payment_method)
            .length(1, 64)
            .about("pm_card_approved, pm_card_declined, or pm_card_slow, which takes its time to be approved");
    }
};

struct Charge {
    std::string id;
    std::string reference;
    chassis::Money amount;
    std::string payment_method;
    ChargeStatus status;
    std::optional<std::string> reason;
    bool refunded;
    chassis::base::Time created_at;
};

struct ChargePage {
    std::vector<Charge> items;
    std::optional<std::string> next;
};

// POST /v1/charges/{id}/refund gives the whole charge back; repeated, it is the same refund.
struct Refund {
    std::string charge_id;
    chassis::Money amount;
};

// What the webhook carries, signed over its bytes: `Provider-Signature: t=<seconds>,v1=<hex of HMAC-SHA256(t.body)>`.
struct WebhookEvent {
    std::string id;
    std::string type;  // charge.succeeded or charge.declined
    Charge charge;
};

}  // namespace simulator
