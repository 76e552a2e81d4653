#include <memory>

#include "chassis/settings/settings.hpp"
#include "contracts/neighbors.hpp"
#include "contracts/serve.hpp"
#include "services/gateway/gateway.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve("gateway", argc, argv, [&] {
        const auto settings = settings::load<gateway::Settings>(settings::Sources::from_process());
        contracts::Neighbors neighbors;
        std::unique_ptr<resilience::RateLimiter> customers;
        std::unique_ptr<resilience::RateLimiter> addresses;
        if (settings.requests_per_second > 0) {
            const resilience::RateLimiter::Settings limits{
                .per_second = static_cast<double>(settings.requests_per_second),
                .burst = static_cast<unsigned>(settings.burst)};
            customers = std::make_unique<resilience::RateLimiter>(limits);
            addresses = std::make_unique<resilience::RateLimiter>(limits);
        }
        const gateway::Door door{.directory = neighbors.directory(),
                                 .client = neighbors.client(),
                                 .identity = neighbors.identity(),
                                 .customers = customers.get(),
                                 .addresses = addresses.get(),
                                 .development = settings.development};
        App app{"gateway"};
        app.share(door);
        app.guard_metrics(neighbors.service_token());
        gateway::install(app);
        return app.run(argc, argv);
    });
}
