// The HTTP interface, in the order of the OpenAPI document.
#include <optional>
#include <string>

#include "chassis/app/service_token.hpp"
#include "chassis/database/database.hpp"
#include "contracts/ledger.hpp"
#include "services/order/checkout.hpp"
#include "services/order/events.hpp"
#include "services/order/ledger.hpp"
#include "services/order/order.hpp"
#include "services/order/orders.hpp"

namespace order {

namespace {

using namespace chassis;
using contracts::CurrentUser;
using contracts::OrderId;

struct Page {
    std::optional<OrderId> before;
    int limit = 20;

    static void rules(Rules<Page>& field) {
        field(&Page::before).about("The last id of the page before");
        field(&Page::limit).has_default().at_least(1).at_most(100);
    }
};

Task<contracts::OrderPage> get_orders(Query<Page> page, CurrentUser customer, Database& database) {
    auto orders =
        co_await database.read([&](Connection& db) { return list_orders(db, customer.id, page->before, page->limit); });
    co_return orders;
}

Task<contracts::Order> get_order(OrderId order_id, CurrentUser customer, Database& database) {
    auto found = co_await database.read([&](Connection& db) { return find_order(db, order_id, customer.id); });
    if (!found) throw HttpError{404, "Not found"};
    co_return std::move(*found);
}

Task<contracts::OrderRecords> get_records(Query<contracts::LedgerPage<std::string>> page, Database& database) {
    auto records = co_await database.read([&](Connection& db) { return order_records(db, page->after, page->limit); });
    co_return contracts::OrderRecords{std::move(records)};
}

}  // namespace

void install(App& app, const Needs& needs) {
    app.share(needs.clock);
    app.share(needs.identity);
    app.share(needs.carts);
    app.share(needs.products);
    app.provide(contracts::authenticate).errors(401, 503);
    const auto post_order = [settle_after = needs.settle_after](Body<contracts::NewOrder> wanted, CurrentUser customer,
                                                                Claim claim, Database& database, const Clock& clock,
                                                                const contracts::CartClient& carts,
                                                                const contracts::ProductClient& products) {
        return check_out(std::move(*wanted), std::move(customer), claim, database, clock, carts, products,
                         settle_after);
    };
    app.post("/v1/orders", post_order).idempotent().errors(409, 503);
    app.get("/v1/orders", get_orders);
    app.get("/v1/orders/{order_id}", get_order).errors(404);
    app.get("/internal/orders", get_records).hook(require_service_token(needs.service_token)).errors(401).hidden();
    install_events(app, needs);
}

}  // namespace order
