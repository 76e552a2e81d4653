#include "chassis/database/database.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/neighbors.hpp"
#include "contracts/serve.hpp"
#include "contracts/service_secret.hpp"
#include "services/cart/cart.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<cart::Settings, contracts::ServiceSecret>("cart", argc, argv, [&] {
        const auto settings = settings::load<cart::Settings>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(cart::migrations());
        contracts::Neighbors neighbors;
        App app{"cart"};
        app.use(*database).use(neighbors.broker());
        cart::install(app, neighbors.identity());
        return app.run(argc, argv);
    });
}
