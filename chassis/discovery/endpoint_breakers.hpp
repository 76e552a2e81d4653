// A circuit breaker for each endpoint of a service, so that a bad endpoint is left out and the good ones are not.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "chassis/discovery/directory.hpp"
#include "chassis/resilience/circuit_breaker.hpp"

namespace chassis::discovery {

class EndpointBreakers {
  public:
    /// An endpoint and the right to call it once. It may outlive what it was chosen from.
    struct Choice {
        Endpoint endpoint;
        std::shared_ptr<resilience::CircuitBreaker> breaker;
        resilience::CircuitBreaker::Permit permit;
    };

    /// Throws std::invalid_argument for a setting outside of its range.
    explicit EndpointBreakers(resilience::CircuitBreaker::Settings settings);

    /// The first one from number `turn` on, going round, whose breaker lets a call through; nothing when none does.
    [[nodiscard]] std::optional<Choice> choose(std::span<const Endpoint> endpoints, std::size_t turn);

  private:
    std::shared_ptr<resilience::CircuitBreaker> breaker_of(const Endpoint& endpoint, std::span<const Endpoint> all);

    const resilience::CircuitBreaker::Settings settings_;
    std::mutex mutex_;
    // Few: a search is short.
    std::vector<std::pair<Endpoint, std::shared_ptr<resilience::CircuitBreaker>>> breakers_;
};

}  // namespace chassis::discovery
