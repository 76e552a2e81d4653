#include "chassis/database/database.hpp"
#include "chassis/messaging/memory_broker.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/serve.hpp"
#include "services/simulator/simulator.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<simulator::Settings>("simulator", argc, argv, [&] {
        const auto settings = settings::load<simulator::Settings>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(simulator::migrations());
        http::Client client({});
        const simulator::Merchant merchant{client, settings.webhook_url, settings.webhook_secret};
        messaging::MemoryBroker no_events;  // it has jobs of its own, and nobody to tell
        App app{"simulator"};
        app.use(*database).use(no_events);
        simulator::install(app, base::system_clock(), merchant);
        return app.run(argc, argv);
    });
}
