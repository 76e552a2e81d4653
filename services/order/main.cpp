#include "chassis/database/database.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/clients.hpp"
#include "contracts/neighbors.hpp"
#include "contracts/serve.hpp"
#include "contracts/service_secret.hpp"
#include "services/order/order.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<order::Settings, contracts::ServiceSecret>("order", argc, argv, [&] {
        const auto settings = settings::load<order::Settings>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(order::migrations());
        contracts::Neighbors neighbors;
        const contracts::CartClient carts(neighbors.service("cart"));
        const contracts::ProductClient products(neighbors.service("product"), neighbors.service_token());
        App app{"order"};
        app.use(*database).use(neighbors.broker());
        order::install(app, {.clock = base::system_clock(),
                             .identity = neighbors.identity(),
                             .carts = carts,
                             .products = products,
                             .settle_after = std::chrono::milliseconds(settings.settle_after_ms),
                             .service_token = neighbors.service_token()});
        return app.run(argc, argv);
    });
}
