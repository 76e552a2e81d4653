// Stock and its reservations. Every change of a product's stock leaves a row that says why, so that the sum of the rows
// is the stock and the sum of an order's rows is what the order took.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "contracts/product.hpp"

namespace product {

enum class StockReason { delivered, reserved, released };

struct StockChange {
    contracts::ProductId product_id;
    std::optional<contracts::OrderId> order_id;
    StockReason reason;
    std::int64_t delta;
    chassis::base::Time changed_at;
};

// Writes the row and changes the stock. False, with nothing changed, when less than nothing would be left.
bool change_stock(chassis::Transaction& tx, const StockChange& change);

// Ends a reservation's transaction: a line asked for more than there is, or for a product that does not exist.
struct OutOfStock : std::runtime_error {
    explicit OutOfStock(contracts::ProductId id)
        : std::runtime_error("not enough of product " + std::to_string(id.value)), product_id(id) {}
    contracts::ProductId product_id;
};
struct UnknownProduct : std::runtime_error {
    explicit UnknownProduct(contracts::ProductId id)
        : std::runtime_error("no product " + std::to_string(id.value)), product_id(id) {}
    contracts::ProductId product_id;
};

// Ends a reservation's transaction: its attempt was given up, or a later one has taken its place.
struct Overtaken : std::runtime_error {
    Overtaken() : std::runtime_error("a later attempt at this order has overtaken this one") {}
};

// How long an attempt that was given up stays fenced: longer than an order service remembers its attempts.
constexpr std::chrono::hours time_fenced{72};

// The reservation's alarm clock, a job of the product service to itself.
struct ExpireReservation {
    static constexpr std::string_view job_type = "product.expire_reservation";

    contracts::OrderId order_id;

    std::string job_key() const { return to_string(order_id); }
};

// Holds the lines for the order, all or nothing, and sets the alarm clock: not paid by `time_to_pay` from now, they go
// back on the shelf. A repeat with the same lines is the same
// reservation; other lines take the place of those that were held. Throws OutOfStock or UnknownProduct, and Overtaken
// when the attempt was given up or is older than the one that holds.
contracts::Reservation reserve(chassis::Transaction& tx, contracts::OrderId order_id,
                               const contracts::NewReservation& wanted, chassis::base::Time now,
                               std::chrono::milliseconds time_to_pay);

// What the order took is sold. Called when it was paid: a reservation that had been released in the meantime is taken
// again; false when its stock is gone by now, or when there never was one.
bool commit(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now);

// Puts what is held back on the shelf, unless it is sold. True when it did.
bool release(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now);

// Releases what this attempt or an earlier one holds, and sees to it that they never hold anything again, even where
// the request to reserve is still on its way. True when stock was put back.
bool give_up(chassis::Transaction& tx, contracts::OrderId order_id, std::int64_t attempt, chassis::base::Time now);

// Puts what is held back on the shelf when its time to be paid is over. True when it did.
bool expire(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now);

std::optional<contracts::Reservation> find_reservation(chassis::Connection& db, contracts::OrderId order_id);

}  // namespace product
