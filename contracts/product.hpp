// What the product service promises: the catalog's shapes, stock reservations, and the event of a reservation that was
// lost before its payment came.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/base/money.hpp"
#include "chassis/model/decimal.hpp"
#include "chassis/model/rules.hpp"
#include "contracts/ids.hpp"

namespace contracts {

// GET /v1/products/{product_id}. `price` is an exact decimal of the currency's major unit, a JSON number.
struct Product {
    ProductId id;
    std::string name;
    chassis::Decimal price;
    std::string currency;
    std::string sku;
    std::string description;
    int stock;
};

// GET /v1/products: by ascending id; `next` is the `after` of the next page, null on the last.
struct ProductPage {
    std::vector<Product> items;
    std::optional<ProductId> next;
};

struct ReservationLine {
    ProductId product_id;
    int quantity;

    static void rules(chassis::Rules<ReservationLine>& field) {
        field(&ReservationLine::quantity).at_least(1).at_most(1000);
    }
};

// PUT /v1/reservations/{order_id}. `attempt` grows with each try at the same order: what an earlier try sent and comes
// late neither undoes nor replaces a later one's hold.
struct NewReservation {
    std::vector<ReservationLine> lines;
    std::int64_t attempt;

    static void rules(chassis::Rules<NewReservation>& field) {
        field(&NewReservation::lines).length(1, 100);
        field(&NewReservation::attempt).at_least(1);
    }
};

enum class ReservationStatus { held, committed, released };

struct ReservedLine {
    ProductId product_id;
    std::string name;
    int quantity;
    chassis::Money unit_price;
};

struct Reservation {
    OrderId order_id;
    ReservationStatus status;
    std::vector<ReservedLine> lines;
    chassis::Money total;
    chassis::base::Time expires_at;
};

// A payment came in for a reservation that had expired, and the stock is gone: the money has to go back.
struct ReservationLost {
    static constexpr std::string_view event_type = "product.reservation_lost";
    static constexpr std::string_view event_topic = "order";

    OrderId order_id;
    std::string reason;

    std::string event_key() const { return to_string(order_id); }
};

}  // namespace contracts
