// What the order service promises: its HTTP shapes and the events it publishes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/base/money.hpp"
#include "chassis/model/rules.hpp"
#include "contracts/ids.hpp"

namespace contracts {

// A line of an order with the price at which it was sold.
struct OrderLine {
    ProductId product_id;
    std::string name;
    int quantity;
    chassis::Money unit_price;
};

enum class OrderStatus { pending, paid, payment_failed, refunded };

// POST /v1/orders. What is bought is the customer's cart.
struct NewOrder {
    std::string payment_method;

    static void rules(chassis::Rules<NewOrder>& field) {
        field(&NewOrder::payment_method)
            .length(1, 64)
            .matches("pm_[a-z0-9_]+")
            .about("The payment provider's token for the customer's card")
            .example("pm_card_approved");
    }
};

struct Order {
    OrderId id;
    OrderStatus status;
    std::vector<OrderLine> lines;
    chassis::Money total;
    chassis::base::Time created_at;
};

// GET /v1/orders: newest first; `next` is the `before` of the next page.
struct OrderPage {
    std::vector<Order> items;
    std::optional<OrderId> next;
};

// An order was placed and its stock is reserved.
struct OrderCreated {
    static constexpr std::string_view event_type = "order.created";

    OrderId order_id;
    CustomerId customer_id;
    std::string email;
    std::vector<OrderLine> lines;
    chassis::Money total;
    std::string payment_method;

    std::string event_key() const { return to_string(order_id); }
};

}  // namespace contracts
