#include "chassis/database/database.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/serve.hpp"
#include "contracts/service_secret.hpp"
#include "services/broker/broker.hpp"
#include "services/broker/trimming.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<broker::Settings, contracts::ServiceSecret>("broker", argc, argv, [&] {
        const auto settings = settings::load<broker::Settings>(settings::Sources::from_process());
        const auto secret = settings::load<contracts::ServiceSecret>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(broker::migrations());
        broker::Hub hub(*database, base::system_clock(), {.lease = std::chrono::milliseconds(settings.lease_ms)});
        App app{"broker"};
        app.use(*database);
        app.add(std::make_unique<broker::Trimming>(hub));
        broker::install(app, hub, secret.service_token);
        return app.run(argc, argv);
    });
}
