// The HTTP interface, in the order of the OpenAPI document.
#include "chassis/app/events.hpp"
#include "chassis/database/database.hpp"
#include "contracts/identity.hpp"
#include "services/cart/cart.hpp"
#include "services/cart/carts.hpp"

namespace cart {

namespace {

using namespace chassis;
using contracts::CurrentUser;
using contracts::ProductId;

Task<contracts::Cart> get_cart(CurrentUser customer, Database& database) {
    auto found = co_await database.read([&](Connection& db) { return find_cart(db, customer.id); });
    co_return found;
}

Task<contracts::Cart> put_item(ProductId product_id, Body<contracts::CartQuantity> wanted, CurrentUser customer,
                               Database& database) {
    try {
        auto changed = co_await database.write([&](Transaction& tx) {
            set_quantity(tx, customer.id, product_id, wanted->quantity);
            return find_cart(tx, customer.id);
        });
        co_return changed;
    } catch (const CartFull& full) {
        throw HttpError{409, full.what()};
    }
}

Task<NoContent> delete_item(ProductId product_id, CurrentUser customer, Database& database) {
    co_await database.write([&](Transaction& tx) { remove(tx, customer.id, product_id); });
    co_return NoContent{};
}

Task<NoContent> delete_cart(CurrentUser customer, Database& database) {
    co_await database.write([&](Transaction& tx) { clear(tx, customer.id); });
    co_return NoContent{};
}

void take_out_ordered(const contracts::OrderCreated& order, Transaction& tx) { take_out(tx, order); }

}  // namespace

void install(App& app, const contracts::Identity& identity) {
    app.share(identity);
    app.provide(contracts::authenticate).errors(401, 503);
    app.get("/v1/cart", get_cart);
    app.put("/v1/cart/items/{product_id}", put_item).errors(409);
    app.delete_("/v1/cart/items/{product_id}", delete_item);
    app.delete_("/v1/cart", delete_cart);
    app.on<contracts::OrderCreated>("cart", take_out_ordered);
}

}  // namespace cart
