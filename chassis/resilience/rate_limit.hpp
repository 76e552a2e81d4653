// So many requests a second for each key: a user, an address, a token.
//
//     RateLimiter limiter({.per_second = 50, .burst = 100});
//     if (auto decision = limiter.take(address); !decision.allowed)
//         throw HttpError{429, "Too Many Requests"}.header("Retry-After", seconds(decision.retry_after));
//
// Memory is fixed, whoever sends whatever keys: the README tells how. Taking allocates nothing. Requests at the same
// time wait for each other when their keys are the same, others by an accident of one in 64.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "chassis/resilience/token_bucket.hpp"

namespace chassis::resilience {

class RateLimiter {
  public:
    using Clock = std::chrono::steady_clock;
    using Settings = Rate;
    using Decision = RateDecision;

    /// Throws std::invalid_argument for a rate or burst of nothing, or one that would take years to refill.
    explicit RateLimiter(Settings settings);

    /// Counts one request of `key` and says whether it may go on; what is refused is not counted.
    [[nodiscard]] Decision take(std::string_view key, Clock::time_point now = Clock::now()) noexcept;
    /// What take() would say; counts nothing.
    [[nodiscard]] Decision look(std::string_view key, Clock::time_point now = Clock::now()) const noexcept;

  private:
    using Place = std::atomic<std::int64_t>;  // when the bucket there is full again
    static constexpr std::size_t places = 32'768;
    static constexpr std::size_t stripes = 64;

    // One in each row.
    struct Both {
        Place& first;
        Place& second;
        std::int64_t full_at() const noexcept;
    };
    Both places_of(std::uint64_t hash) const noexcept;

    const detail::Pace pace_;
    const std::uint64_t seed_;
    std::unique_ptr<Place[]> rows_[2];
    std::mutex stripes_[stripes];
};

}  // namespace chassis::resilience
