#include "services/product/events.hpp"

#include "chassis/app/events.hpp"
#include "chassis/messaging/publish.hpp"
#include "contracts/payment.hpp"
#include "contracts/product.hpp"
#include "services/product/stock.hpp"

namespace product {

namespace {

using namespace chassis;

void sell(const contracts::OrderPaid& event, Transaction& tx, const Clock& clock) {
    if (commit(tx, event.order_id, clock.now())) return;
    tx.publish(contracts::ReservationLost{event.order_id, "the payment came after the reservation had expired"});
}

void give_back(const contracts::PaymentFailed& event, Transaction& tx, const Clock& clock) {
    release(tx, event.order_id, clock.now());
}

}  // namespace

void install_events(App& app, const Clock& clock) {
    app.on<contracts::OrderPaid>("product",
                                 [&](const contracts::OrderPaid& event, Transaction& tx) { sell(event, tx, clock); });
    app.on<contracts::PaymentFailed>(
        "product", [&](const contracts::PaymentFailed& event, Transaction& tx) { give_back(event, tx, clock); });
    app.job<ExpireReservation>(
        [](const ExpireReservation&) -> Task<> { co_return; },
        [&](const ExpireReservation& job, Transaction& tx) { expire(tx, job.order_id, clock.now()); });
}

}  // namespace product
