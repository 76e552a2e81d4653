#include "services/order/checkout.hpp"

#include "services/order/orders.hpp"

namespace order {

namespace {

using namespace chassis;
using contracts::OrderId;

contracts::NewReservation reservation_of(const contracts::Cart& cart, std::int64_t attempt) {
    contracts::NewReservation wanted{.lines = {}, .attempt = attempt};
    for (const auto& item : cart.items) wanted.lines.push_back({item.product_id, item.quantity});
    return wanted;
}

}  // namespace

Task<Created<contracts::Order>> check_out(contracts::NewOrder wanted, contracts::CurrentUser customer, Claim claim,
                                          Database& database, const Clock& clock, const contracts::CartClient& carts,
                                          const contracts::ProductClient& products,
                                          std::chrono::milliseconds settle_after) {
    const OrderId order_id{claim.id()};
    const auto cart = co_await carts.cart(customer.token);
    if (cart.items.empty()) throw HttpError{409, "The cart is empty"};

    const auto settle_at = clock.now() + settle_after;
    const auto attempt = co_await database.write([&](Transaction& tx) { return intend(tx, order_id, settle_at); });
    const auto reservation = co_await products.reserve(order_id, reservation_of(cart, attempt));

    const Buyer buyer{customer.id, customer.email};
    const auto now = clock.now();
    try {
        auto placed = co_await database.write([&](Transaction& tx) {
            Created<contracts::Order> reply{
                place(tx, order_id, attempt, buyer, reservation, wanted.payment_method, now),
                "/v1/orders/" + to_string(order_id)};
            claim.complete(tx, reply);
            return reply;
        });
        co_return placed;
    } catch (const Overtaken&) {
        throw HttpError{409, "Another request with this Idempotency-Key is under way"}.header("Retry-After", "1");
    }
}

}  // namespace order
