// The HTTP interface, in the order of the OpenAPI document.
#include <string>
#include <vector>

#include "chassis/app/service_token.hpp"
#include "chassis/database/database.hpp"
#include "contracts/ledger.hpp"
#include "services/product/catalog.hpp"
#include "services/product/events.hpp"
#include "services/product/ledger.hpp"
#include "services/product/product.hpp"
#include "services/product/stock.hpp"

namespace product {

namespace {

using namespace chassis;
using contracts::OrderId;
using contracts::ProductId;

Task<contracts::Product> get_product(ProductId product_id, Database& database) {
    auto product = co_await database.read([=](Connection& db) { return find_product(db, product_id); });
    if (!product) throw HttpError{404, "Not found"};
    co_return std::move(*product);
}

struct Selection {
    std::vector<ProductId> ids;
    ProductId after;
    int limit = 20;

    static void rules(Rules<Selection>& field) {
        field(&Selection::ids).has_default().length(0, largest_page).about("Just these, as many as exist");
        field(&Selection::after).has_default().about("The last id of the page before");
        field(&Selection::limit).has_default().at_least(1).at_most(largest_page);
    }
};

Task<contracts::ProductPage> get_products(Query<Selection> selection, Database& database) {
    auto page = co_await database.read([&](Connection& db) {
        if (selection->ids.empty()) return list_products(db, selection->after, selection->limit);
        return contracts::ProductPage{.items = find_products(db, selection->ids), .next = std::nullopt};
    });
    co_return page;
}

Task<contracts::Reservation> put_reservation(OrderId order_id, Body<contracts::NewReservation> wanted,
                                             Database& database, const Clock& clock,
                                             std::chrono::milliseconds time_to_pay) {
    const auto now = clock.now();
    try {
        auto reservation =
            co_await database.write([&](Transaction& tx) { return reserve(tx, order_id, *wanted, now, time_to_pay); });
        co_return reservation;
    } catch (const OutOfStock& shortage) {
        throw HttpError{409, shortage.what()};
    } catch (const UnknownProduct& unknown) {
        throw HttpError{409, unknown.what()};
    } catch (const Overtaken& overtaken) {
        throw HttpError{409, overtaken.what()}.header("Retry-After", "1");
    }
}

struct Fence {
    std::int64_t attempt;

    static void rules(Rules<Fence>& field) {
        field(&Fence::attempt).at_least(1).about("It and those before it are over; what a later one holds stays");
    }
};

Task<NoContent> delete_reservation(OrderId order_id, Query<Fence> fence, Database& database, const Clock& clock) {
    const auto now = clock.now();
    co_await database.write([&](Transaction& tx) { give_up(tx, order_id, fence->attempt, now); });
    co_return NoContent{};
}

Task<contracts::StockRecords> get_stock(Query<contracts::LedgerPage<std::int64_t>> page, Database& database) {
    auto records = co_await database.read([&](Connection& db) { return stock_records(db, page->after, page->limit); });
    co_return contracts::StockRecords{std::move(records)};
}

Task<contracts::ReservationRecords> get_reservations(Query<contracts::LedgerPage<std::string>> page,
                                                     Database& database) {
    auto records =
        co_await database.read([&](Connection& db) { return reservation_records(db, page->after, page->limit); });
    co_return contracts::ReservationRecords{std::move(records)};
}

}  // namespace

void install(App& app, const Needs& needs) {
    app.share(needs.clock);
    const auto services_only = require_service_token(needs.service_token);
    app.get("/v1/products/{product_id}", get_product).errors(404);
    app.get("/v1/products", get_products);
    const auto hold = [time_to_pay = needs.time_to_pay](OrderId order_id, Body<contracts::NewReservation> wanted,
                                                        Database& database, const Clock& clock) {
        return put_reservation(order_id, std::move(wanted), database, clock, time_to_pay);
    };
    app.put("/v1/reservations/{order_id}", hold).hook(services_only).errors(401, 409);
    app.delete_("/v1/reservations/{order_id}", delete_reservation).hook(services_only).errors(401);
    app.get("/internal/stock", get_stock).hook(services_only).errors(401).hidden();
    app.get("/internal/reservations", get_reservations).hook(services_only).errors(401).hidden();
    install_events(app, needs.clock);
}

}  // namespace product
