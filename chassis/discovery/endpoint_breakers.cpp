#include "chassis/discovery/endpoint_breakers.hpp"

#include <algorithm>

namespace chassis::discovery {

using resilience::CircuitBreaker;

EndpointBreakers::EndpointBreakers(CircuitBreaker::Settings settings) : settings_(settings) {
    // Refuses a wrong setting here, and not at the first call.
    const CircuitBreaker checked(settings);
}

std::optional<EndpointBreakers::Choice> EndpointBreakers::choose(std::span<const Endpoint> endpoints,
                                                                 std::size_t turn) {
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const Endpoint& endpoint = endpoints[(turn + i) % endpoints.size()];
        auto breaker = breaker_of(endpoint, endpoints);
        if (auto permit = breaker->try_enter()) return Choice{endpoint, std::move(breaker), std::move(*permit)};
    }
    return std::nullopt;
}

std::shared_ptr<CircuitBreaker> EndpointBreakers::breaker_of(const Endpoint& endpoint, std::span<const Endpoint> all) {
    const std::lock_guard lock(mutex_);
    for (auto& [known, breaker] : breakers_) {
        if (known == endpoint) return breaker;
    }
    // A new endpoint often stands for one that went away.
    std::erase_if(breakers_, [&](auto& one) { return std::ranges::find(all, one.first) == all.end(); });
    return breakers_.emplace_back(endpoint, std::make_shared<CircuitBreaker>(settings_)).second;
}

}  // namespace chassis::discovery
