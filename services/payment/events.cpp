#include "services/payment/events.hpp"

#include "chassis/app/events.hpp"
#include "contracts/product.hpp"
#include "services/payment/payments.hpp"

namespace payment {

using namespace chassis;

void install_events(App& app, const Clock& clock) {
    app.on<contracts::OrderCreated>(
        "payment", [&](const contracts::OrderCreated& event, Transaction& tx) { begin(tx, event, clock.now()); });
    app.on<contracts::ReservationLost>("payment", [&](const contracts::ReservationLost& event, Transaction& tx) {
        begin_refund(tx, event.order_id, clock.now());
    });
}

}  // namespace payment
