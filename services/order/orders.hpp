// Orders and what may become of them. Changes that the table of transitions does not allow are ignored: a late event
// never undoes an earlier outcome.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/base/transitions.hpp"
#include "chassis/database/database.hpp"
#include "contracts/order.hpp"
#include "contracts/product.hpp"

namespace order {

using contracts::OrderStatus;

constexpr chassis::base::Transitions life_of_an_order{OrderStatus::pending,
                                                      {{OrderStatus::pending, OrderStatus::paid},
                                                       {OrderStatus::pending, OrderStatus::payment_failed},
                                                       {OrderStatus::paid, OrderStatus::refunded}}};

struct Buyer {
    contracts::CustomerId id;
    std::string email;
};

// A job to itself: finds out whether the reservation of this attempt became an order, and releases it if not.
struct SettleIntent {
    static constexpr std::string_view job_type = "order.settle_intent";

    contracts::OrderId order_id;
    std::int64_t attempt;

    std::string job_key() const { return to_string(order_id); }
};

// How long the attempts at an order that was never placed are remembered: longer than a key may be repeated.
constexpr std::chrono::hours time_to_remember{48};

// Writes down that stock is about to be reserved for this order and has it settled at `settle_at`. Returns the
// attempt's number.
std::int64_t intend(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time settle_at);

// A later attempt at the same order, or its settling, has overtaken this one.
struct Overtaken {};

// Stores the order with what was reserved for it and publishes order.created. Throws Overtaken when `attempt` is no
// longer the newest: its reservation may have been released.
contracts::Order place(chassis::Transaction& tx, contracts::OrderId order_id, std::int64_t attempt, const Buyer& buyer,
                       const contracts::Reservation& reservation, const std::string& payment_method,
                       chassis::base::Time now);

// True when the order does not exist and this attempt cannot place it any more: its reservation is an orphan. May be
// repeated.
bool abandon(chassis::Transaction& tx, const SettleIntent& intent);

// Moves the order on where the table allows it. True when it moved. Throws std::runtime_error for an unknown order.
bool change_status(chassis::Transaction& tx, contracts::OrderId order_id, OrderStatus to, chassis::base::Time now);

// By ascending product. Orders without lines are not in it.
std::map<contracts::OrderId, std::vector<contracts::OrderLine>> lines_of(chassis::Connection& db,
                                                                         std::span<const contracts::OrderId> ids);

// The customer's own order; nothing for another's.
std::optional<contracts::Order> find_order(chassis::Connection& db, contracts::OrderId order_id,
                                           contracts::CustomerId owner);

// The customer's orders, newest first, before the one named.
contracts::OrderPage list_orders(chassis::Connection& db, contracts::CustomerId owner,
                                 std::optional<contracts::OrderId> before, int limit);

}  // namespace order
