#include <optional>

#include "chassis/settings/settings.hpp"
#include "contracts/neighbors.hpp"
#include "contracts/serve.hpp"
#include "contracts/service_secret.hpp"
#include "services/gateway/gateway.hpp"

namespace {

std::optional<chassis::resilience::Rate> rate_of(const gateway::Settings& settings) {
    if (settings.requests_per_second == 0) return std::nullopt;
    return chassis::resilience::Rate{.per_second = static_cast<double>(settings.requests_per_second),
                                     .burst = static_cast<unsigned>(settings.burst)};
}

}  // namespace

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<gateway::Settings, contracts::ServiceSecret>("gateway", argc, argv, [&] {
        const auto settings = settings::load<gateway::Settings>(settings::Sources::from_process());
        contracts::Neighbors neighbors;
        const gateway::Admission admission(neighbors.identity(), rate_of(settings));
        const gateway::Upstreams upstreams(neighbors.client(), neighbors.directory(),
                                           static_cast<unsigned>(settings.requests_at_once));
        const gateway::Door door{.admission = admission, .upstreams = upstreams, .development = settings.development};
        App app{"gateway", gateway::about()};
        app.share(door);
        app.guard_metrics(neighbors.service_token());
        gateway::install(app);
        return app.run(argc, argv);
    });
}
