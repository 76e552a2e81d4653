#include "services/order/events.hpp"

#include "chassis/app/events.hpp"
#include "chassis/database/database.hpp"
#include "contracts/clients.hpp"
#include "contracts/payment.hpp"
#include "services/order/orders.hpp"

namespace order {

namespace {

using namespace chassis;

Task<> settle_intent(const SettleIntent& intent, Database& database, const contracts::ProductClient& products) {
    const bool orphaned = co_await database.write([&](Transaction& tx) { return abandon(tx, intent); });
    if (orphaned) co_await products.release(intent.order_id, intent.attempt);
}

}  // namespace

void install_events(App& app, const Needs& needs) {
    const Clock& clock = needs.clock;
    app.on<contracts::OrderPaid>("order", [&clock](const contracts::OrderPaid& event, Transaction& tx) {
        change_status(tx, event.order_id, OrderStatus::paid, clock.now());
    });
    app.on<contracts::PaymentFailed>("order", [&clock](const contracts::PaymentFailed& event, Transaction& tx) {
        change_status(tx, event.order_id, OrderStatus::payment_failed, clock.now());
    });
    app.on<contracts::PaymentRefunded>("order", [&clock](const contracts::PaymentRefunded& event, Transaction& tx) {
        change_status(tx, event.order_id, OrderStatus::refunded, clock.now());
    });
    app.job<SettleIntent>([&database = *app.database(), &products = needs.products](const SettleIntent& intent) {
        return settle_intent(intent, database, products);
    });
}

}  // namespace order
