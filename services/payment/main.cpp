#include "chassis/database/database.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/neighbors.hpp"
#include "contracts/serve.hpp"
#include "contracts/service_secret.hpp"
#include "services/payment/http_provider.hpp"
#include "services/payment/payment.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<payment::Settings, contracts::ServiceSecret>("payment", argc, argv, [&] {
        const auto settings = settings::load<payment::Settings>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(payment::migrations());
        contracts::Neighbors neighbors;
        const payment::HttpProvider provider(neighbors.client(), settings.provider_url);
        const payment::WebhookSecret webhook_secret{settings.provider_webhook_secret};
        App app{"payment"};
        app.use(*database).use(neighbors.broker());
        payment::install(app, {.clock = base::system_clock(),
                               .provider = provider,
                               .webhook_secret = webhook_secret,
                               .service_token = neighbors.service_token()});
        return app.run(argc, argv);
    });
}
