// What the payment service promises: the outcome of each order's payment. All of it travels on the topic "order" under
// the order's key, so that everyone sees what happened to an order in the order in which it happened.
#pragma once

#include <string>
#include <string_view>

#include "chassis/base/money.hpp"
#include "contracts/ids.hpp"

namespace contracts {

// The money for an order is in.
struct OrderPaid {
    static constexpr std::string_view event_type = "order.paid";

    OrderId order_id;
    PaymentId payment_id;
    chassis::Money amount;

    std::string event_key() const { return to_string(order_id); }
};

// The provider refused the charge; nothing was taken.
struct PaymentFailed {
    static constexpr std::string_view event_type = "payment.failed";
    static constexpr std::string_view event_topic = "order";

    OrderId order_id;
    PaymentId payment_id;
    std::string reason;

    std::string event_key() const { return to_string(order_id); }
};

// The money for a paid order went back.
struct PaymentRefunded {
    static constexpr std::string_view event_type = "payment.refunded";
    static constexpr std::string_view event_topic = "order";

    OrderId order_id;
    PaymentId payment_id;
    chassis::Money amount;

    std::string event_key() const { return to_string(order_id); }
};

}  // namespace contracts
