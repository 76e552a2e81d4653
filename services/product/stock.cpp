#include "services/product/stock.hpp"

#include <algorithm>

#include "chassis/messaging/publish.hpp"

namespace product {

namespace {

using contracts::ReservationStatus;

struct Head {
    ReservationStatus status;
    std::int64_t attempt;
    chassis::base::Time expires_at;
};

std::optional<Head> head_of(chassis::Connection& db, contracts::OrderId order_id) {
    return db.one<Head>("SELECT status, attempt, expires_at FROM reservations WHERE order_id = $1", order_id);
}

std::vector<contracts::ReservedLine> lines_of(chassis::Connection& db, contracts::OrderId order_id) {
    return db.all<contracts::ReservedLine>(
        "SELECT product_id, name, quantity, unit_price_amount, unit_price_currency FROM reservation_lines "
        "WHERE order_id = $1 ORDER BY product_id",
        order_id);
}

// The lines by ascending product, one for each.
std::vector<contracts::ReservationLine> merged(std::vector<contracts::ReservationLine> lines) {
    std::ranges::sort(lines, {}, [](const auto& line) { return line.product_id.value; });
    std::vector<contracts::ReservationLine> result;
    for (const auto& line : lines) {
        if (!result.empty() && result.back().product_id == line.product_id) {
            result.back().quantity += line.quantity;
        } else {
            result.push_back(line);
        }
    }
    return result;
}

// The attempts up to this one hold nothing and never will. Fences are kept in a table of their own: they outlive what
// was held, and stand where nothing was.
std::int64_t fence_of(chassis::Connection& db, contracts::OrderId order_id) {
    const auto attempt = db.one<std::int64_t>("SELECT attempt FROM reservation_fences WHERE order_id = $1", order_id);
    return attempt.value_or(0);
}

bool is_overtaken(chassis::Connection& db, contracts::OrderId order_id, std::int64_t attempt,
                  const std::optional<Head>& before) {
    if (attempt <= fence_of(db, order_id)) return true;
    if (!before) return false;
    return before->status == ReservationStatus::released ? attempt <= before->attempt : attempt < before->attempt;
}

bool are_the_same(const std::vector<contracts::ReservedLine>& held,
                  const std::vector<contracts::ReservationLine>& wanted) {
    return std::ranges::equal(held, wanted, [](const auto& one, const auto& other) {
        return one.product_id == other.product_id && one.quantity == other.quantity;
    });
}

struct Sold {
    std::string name;
    chassis::Money price;
};

void hold_lines(chassis::Transaction& tx, contracts::OrderId order_id,
                const std::vector<contracts::ReservationLine>& lines, chassis::base::Time now) {
    for (const auto& line : lines) {
        const auto product =
            tx.one<Sold>("SELECT name, price_amount, price_currency FROM products WHERE id = $1", line.product_id);
        if (!product) throw UnknownProduct(line.product_id);
        if (!change_stock(tx, {line.product_id, order_id, StockReason::reserved, -line.quantity, now})) {
            throw OutOfStock(line.product_id);
        }
        tx.run(
            "INSERT INTO reservation_lines (order_id, product_id, name, quantity, unit_price_amount, "
            "unit_price_currency) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            order_id, line.product_id, product->name, line.quantity, product->price.amount(),
            product->price.currency().code());
    }
}

void put_back(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now) {
    for (const auto& line : lines_of(tx, order_id)) {
        change_stock(tx, {line.product_id, order_id, StockReason::released, line.quantity, now});
    }
}

}  // namespace

bool change_stock(chassis::Transaction& tx, const StockChange& change) {
    const auto changed = tx.run("UPDATE products SET stock = stock + $1 WHERE id = $2 AND stock + $1 >= 0",
                                change.delta, change.product_id);
    if (changed == 0) return false;
    tx.run(
        "INSERT INTO stock_changes (id, product_id, order_id, reason, delta, changed_at) VALUES ($1, $2, $3, $4, $5, "
        "$6)",
        chassis::Uuid::random(), change.product_id, change.order_id, change.reason, change.delta, change.changed_at);
    return true;
}

contracts::Reservation reserve(chassis::Transaction& tx, contracts::OrderId order_id,
                               const contracts::NewReservation& wanted, chassis::base::Time now,
                               std::chrono::milliseconds time_to_pay) {
    const auto lines = merged(wanted.lines);
    const auto before = head_of(tx, order_id);
    if (before && before->status == ReservationStatus::committed) return *find_reservation(tx, order_id);

    if (is_overtaken(tx, order_id, wanted.attempt, before)) throw Overtaken();

    const bool holds = before && before->status == ReservationStatus::held;
    if (holds && are_the_same(lines_of(tx, order_id), lines)) {
        tx.run("UPDATE reservations SET attempt = $1 WHERE order_id = $2", wanted.attempt, order_id);
        return *find_reservation(tx, order_id);
    }
    if (holds) put_back(tx, order_id, now);
    const auto expires_at = now + time_to_pay;
    tx.run(
        "INSERT INTO reservations (order_id, status, attempt, expires_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (order_id) DO UPDATE SET status = $2, attempt = $3, expires_at = $4",
        order_id, ReservationStatus::held, wanted.attempt, expires_at);
    tx.run("DELETE FROM reservation_lines WHERE order_id = $1", order_id);
    hold_lines(tx, order_id, lines, now);
    tx.schedule(expires_at, ExpireReservation{order_id});
    return *find_reservation(tx, order_id);
}

bool commit(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now) {
    const auto before = head_of(tx, order_id);
    if (!before) return false;
    if (before->status == ReservationStatus::released) {
        const auto lines = lines_of(tx, order_id);
        for (const auto& line : lines) {
            const auto left = tx.one<std::int64_t>("SELECT stock FROM products WHERE id = $1", line.product_id);
            if (!left || *left < line.quantity) return false;
        }
        for (const auto& line : lines) {
            change_stock(tx, {line.product_id, order_id, StockReason::reserved, -line.quantity, now});
        }
    }
    tx.run("UPDATE reservations SET status = $1 WHERE order_id = $2", ReservationStatus::committed, order_id);
    return true;
}

bool release(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now) {
    const auto changed = tx.run("UPDATE reservations SET status = $1 WHERE order_id = $2 AND status = $3",
                                ReservationStatus::released, order_id, ReservationStatus::held);
    if (changed == 0) return false;
    put_back(tx, order_id, now);
    return true;
}

bool give_up(chassis::Transaction& tx, contracts::OrderId order_id, std::int64_t attempt, chassis::base::Time now) {
    tx.run("DELETE FROM reservation_fences WHERE stands_until < $1", now);
    tx.run(
        "INSERT INTO reservation_fences (order_id, attempt, stands_until) VALUES ($1, $2, $3) "
        "ON CONFLICT (order_id) DO UPDATE SET stands_until = $3, "
        "attempt = CASE WHEN reservation_fences.attempt < $2 THEN $2 ELSE reservation_fences.attempt END",
        order_id, attempt, now + time_fenced);
    const auto before = head_of(tx, order_id);
    return before && before->attempt <= attempt && release(tx, order_id, now);
}

bool expire(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now) {
    const auto changed =
        tx.run("UPDATE reservations SET status = $1 WHERE order_id = $2 AND status = $3 AND expires_at <= $4",
               ReservationStatus::released, order_id, ReservationStatus::held, now);
    if (changed == 0) return false;
    put_back(tx, order_id, now);
    return true;
}

std::optional<contracts::Reservation> find_reservation(chassis::Connection& db, contracts::OrderId order_id) {
    const auto head = head_of(db, order_id);
    if (!head) return std::nullopt;
    auto lines = lines_of(db, order_id);
    std::optional<chassis::Money> total;
    for (const auto& line : lines) {
        const auto part = line.unit_price * line.quantity;
        total = total ? *total + part : part;
    }
    return contracts::Reservation{.order_id = order_id,
                                  .status = head->status,
                                  .lines = std::move(lines),
                                  .total = *total,
                                  .expires_at = head->expires_at};
}

}  // namespace product
