#include "services/order/orders.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "chassis/messaging/publish.hpp"

namespace order {

namespace {

struct Head {
    contracts::OrderId id;
    OrderStatus status;
    chassis::Money total;
    chassis::base::Time created_at;
};

std::vector<contracts::Order> with_lines(chassis::Connection& db, std::span<const Head> heads) {
    std::vector<contracts::OrderId> ids;
    for (const auto& head : heads) ids.push_back(head.id);
    auto lines = lines_of(db, ids);
    std::vector<contracts::Order> orders;
    for (const auto& head : heads) {
        orders.push_back({head.id, head.status, std::move(lines[head.id]), head.total, head.created_at});
    }
    return orders;
}

}  // namespace

std::int64_t intend(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time settle_at) {
    // Those of 0 are older than this column; what they fence is not forgotten.
    tx.run("DELETE FROM order_intents WHERE settle_at > 0 AND settle_at < $1", settle_at - time_to_remember);
    const auto attempt = tx.one<std::int64_t>(
        "INSERT INTO order_intents (order_id, attempt, settle_at) VALUES ($1, 1, $2) "
        "ON CONFLICT (order_id) DO UPDATE SET attempt = order_intents.attempt + 1, settle_at = $2 RETURNING attempt",
        order_id, settle_at);
    tx.schedule(settle_at, SettleIntent{order_id, *attempt});
    return *attempt;
}

contracts::Order place(chassis::Transaction& tx, contracts::OrderId order_id, std::int64_t attempt, const Buyer& buyer,
                       const contracts::Reservation& reservation, const std::string& payment_method,
                       chassis::base::Time now) {
    if (tx.run("DELETE FROM order_intents WHERE order_id = $1 AND attempt = $2", order_id, attempt) == 0) {
        throw Overtaken{};
    }
    contracts::Order placed{
        .id = order_id, .status = life_of_an_order.first(), .lines = {}, .total = reservation.total, .created_at = now};
    tx.run(
        "INSERT INTO orders (id, customer_id, status, total_amount, total_currency, created_at, changed_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $6)",
        order_id, buyer.id, placed.status, placed.total.amount(), placed.total.currency().code(), now);
    for (const auto& line : reservation.lines) {
        tx.run(
            "INSERT INTO order_lines (order_id, product_id, name, quantity, unit_price_amount, unit_price_currency) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            order_id, line.product_id, line.name, line.quantity, line.unit_price.amount(),
            line.unit_price.currency().code());
        placed.lines.push_back({line.product_id, line.name, line.quantity, line.unit_price});
    }
    tx.publish(contracts::OrderCreated{.order_id = order_id,
                                       .customer_id = buyer.id,
                                       .email = buyer.email,
                                       .lines = placed.lines,
                                       .total = placed.total,
                                       .payment_method = payment_method});
    return placed;
}

bool abandon(chassis::Transaction& tx, const SettleIntent& intent) {
    // place() deletes its attempt's row. Raising the number makes sure that an attempt that has not placed never will.
    tx.run("UPDATE order_intents SET attempt = attempt + 1 WHERE order_id = $1 AND attempt = $2", intent.order_id,
           intent.attempt);
    return !tx.one<std::int64_t>("SELECT 1 FROM orders WHERE id = $1", intent.order_id);
}

bool change_status(chassis::Transaction& tx, contracts::OrderId order_id, OrderStatus to, chassis::base::Time now) {
    const auto from = tx.one<OrderStatus>("SELECT status FROM orders WHERE id = $1", order_id);
    if (!from) throw std::runtime_error("there is no order " + to_string(order_id));
    if (!life_of_an_order.allows(*from, to)) return false;
    tx.run("UPDATE orders SET status = $1, changed_at = $2 WHERE id = $3", to, now, order_id);
    return true;
}

std::map<contracts::OrderId, std::vector<contracts::OrderLine>> lines_of(chassis::Connection& db,
                                                                         std::span<const contracts::OrderId> ids) {
    struct Line {
        contracts::OrderId order_id;
        contracts::ProductId product_id;
        std::string name;
        int quantity;
        chassis::Money unit_price;
    };
    std::map<contracts::OrderId, std::vector<contracts::OrderLine>> lines;
    for (auto& line : db.all<Line>("SELECT order_id, product_id, name, quantity, unit_price_amount, "
                                   "unit_price_currency FROM order_lines WHERE order_id IN ($1) "
                                   "ORDER BY order_id, product_id",
                                   chassis::in(ids))) {
        lines[line.order_id].push_back({line.product_id, std::move(line.name), line.quantity, line.unit_price});
    }
    return lines;
}

std::optional<contracts::Order> find_order(chassis::Connection& db, contracts::OrderId order_id,
                                           contracts::CustomerId owner) {
    const auto head = db.one<Head>(
        "SELECT id, status, total_amount, total_currency, created_at FROM orders WHERE id = $1 AND customer_id = $2",
        order_id, owner);
    if (!head) return std::nullopt;
    return std::move(with_lines(db, {&*head, 1}).front());
}

contracts::OrderPage list_orders(chassis::Connection& db, contracts::CustomerId owner,
                                 std::optional<contracts::OrderId> before, int limit) {
    // Ids are ordered by time (UUID version 7).
    auto heads = db.all<Head>(
        "SELECT id, status, total_amount, total_currency, created_at FROM orders WHERE customer_id = $1 AND ($2 IS "
        "NULL OR id < $2) "
        "ORDER BY id DESC LIMIT $3",
        owner, before, limit + 1);
    contracts::OrderPage page;
    if (std::ssize(heads) > limit) {
        heads.pop_back();
        page.next = heads.back().id;
    }
    page.items = with_lines(db, heads);
    return page;
}

}  // namespace order
