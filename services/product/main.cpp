#include "chassis/database/database.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/neighbors.hpp"
#include "contracts/serve.hpp"
#include "contracts/service_secret.hpp"
#include "services/product/catalog.hpp"
#include "services/product/product.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<product::Settings, contracts::ServiceSecret>("product", argc, argv, [&] {
        const auto settings = settings::load<product::Settings>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(product::migrations());
        if (settings.demo_data) {
            database->write_blocking([&](Transaction& tx) {
                return product::add_products(tx, product::demo_products(), base::system_clock().now(),
                                             settings.demo_stock);
            });
        }
        contracts::Neighbors neighbors;
        App app{"product"};
        app.use(*database).use(neighbors.broker());
        product::install(app, {.clock = base::system_clock(),
                               .time_to_pay = std::chrono::milliseconds(settings.time_to_pay_ms),
                               .service_token = neighbors.service_token()});
        return app.run(argc, argv);
    });
}
