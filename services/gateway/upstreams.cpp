#include "services/gateway/upstreams.hpp"

#include <chrono>

#include "services/gateway/routes.hpp"

namespace gateway {

namespace {

using namespace chassis;
using namespace std::chrono_literals;

// A slow reply is waited for and not asked for twice.
constexpr std::chrono::milliseconds patience = 10s;

}  // namespace

Upstreams::Upstreams(http::Client& client, const discovery::Directory& directory, unsigned places) {
    for (const Route& route : routes()) {
        auto& upstream = upstreams_[std::string(route.service)];
        if (upstream) continue;
        discovery::ServiceClient::Settings settings;
        settings.timeout = settings.attempt_timeout = patience;
        discovery::ServiceClient service(client, directory, std::string(route.service), settings);
        upstream.reset(new Upstream{std::move(service), resilience::ConcurrencyLimit(places)});
    }
}

Upstream& Upstreams::of(std::string_view service) const { return *upstreams_.find(service)->second; }

}  // namespace gateway
