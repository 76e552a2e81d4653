// So many requests a second for each key: a user, an address, a token.
//
//     RateLimiter limiter({.per_second = 50, .burst = 100});
//     if (auto decision = limiter.take(address); !decision.allowed)
//         throw HttpError{429, "Too Many Requests"}.header("Retry-After", seconds(decision.retry_after));
//
// Memory is fixed, whoever sends whatever keys: the README tells how. Nothing is allocated, and only requests with the
// same key at the same time wait for each other.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace chassis::resilience {

class RateLimiter {
  public:
    using Clock = std::chrono::steady_clock;

    struct Settings {
        /// What a key gets over time; above 0.
        double per_second = 50;
        /// What it may take at once after a pause; 1 or more.
        unsigned burst = 100;
    };

    struct Decision {
        bool allowed = false;
        /// When refused: after this long one more is allowed.
        Clock::duration retry_after{};
    };

    /// Throws std::invalid_argument for a rate or burst of nothing.
    explicit RateLimiter(Settings settings);

    /// Counts one request of `key` and says whether it may go on; what is refused is not counted.
    [[nodiscard]] Decision take(std::string_view key, Clock::time_point now = Clock::now()) noexcept;

  private:
    // When a place is empty again (its bucket full of tokens), in nanoseconds of the clock: the virtual scheduling form
    // of the generic cell rate algorithm (ITU-T I.371).
    using Place = std::atomic<std::int64_t>;
    static constexpr std::size_t places = 32'768;
    static constexpr std::size_t stripes = 64;

    std::int64_t interval_;
    std::int64_t tolerance_;
    std::uint64_t seed_;
    std::unique_ptr<Place[]> rows_[2];
    std::mutex stripes_[stripes];
};

}  // namespace chassis::resilience
