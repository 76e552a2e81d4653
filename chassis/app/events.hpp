// A service's events and jobs, on its database and a broker; messaging.hpp says what they promise.
//
//     auto database = Database::open({.url = settings.database_url});
//     EmbeddedBroker broker(...);
//     App app{"payment"};
//     app.use(*database).use(broker);
//     app.on<OrderCreated>("payment", [](const OrderCreated& event, Transaction& tx) {
//         tx.run("INSERT INTO payments ...");
//         tx.enqueue(ChargeCard{event.order_id});
//     });
//     app.job<ChargeCard>(charge, settle);
//     return app.run(argc, argv);
//
// They start before the first request and stop after the last. What is not dealt with yet is counted under
// /internal/messaging, and dead letters are operated under /internal/dead-letters (GET; POST redrive, {id}/redrive,
// {id}/skip), for whoever sends the neighborhood's SERVICE_TOKEN as X-Service-Token.
#pragma once

#include <string>
#include <utility>

#include "chassis/app/app.hpp"
#include "chassis/messaging/messaging.hpp"

namespace chassis::app {

template <class E, class F>
messaging::HandlerOptions App::on(std::string consumer, F handler) {
    return messaging().on<E>(std::move(consumer), std::move(handler));
}

template <class J, class... F>
messaging::JobOptions App::job(F... functions) {
    return messaging().job<J>(std::move(functions)...);
}

}  // namespace chassis::app
