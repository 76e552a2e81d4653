// So many at once after a pause, and so many a second over time.
//
//     TokenBucket bucket({.per_second = 10, .burst = 20});
//     if (bucket.take().allowed) log_warning("the mailbox is full");
//
// For one thing that everybody shares; RateLimiter does the same for each key.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace chassis::resilience {

struct Rate {
    /// What is allowed over time; above 0.
    double per_second = 50;
    /// What may be taken at once after a pause; 1 or more.
    unsigned burst = 100;
};

struct RateDecision {
    bool allowed = false;
    /// When refused: after this long one more is allowed.
    std::chrono::steady_clock::duration retry_after{};
    /// How many more would be allowed at this moment.
    unsigned remaining = 0;
};

namespace detail {

// The generic cell rate algorithm (ITU-T I.371) in its virtual scheduling form: all that a bucket holds is the time
// when it will be full of tokens again, in nanoseconds of the clock.
class Pace {
  public:
    explicit Pace(Rate rate);

    [[nodiscard]] bool allows(std::int64_t full_at, std::int64_t now) const noexcept {
        return full_at - tolerance_ <= now;
    }
    [[nodiscard]] std::int64_t after_one_more(std::int64_t full_at, std::int64_t now) const noexcept {
        return (full_at > now ? full_at : now) + interval_;
    }
    [[nodiscard]] RateDecision allowed(std::int64_t new_full_at, std::int64_t now) const noexcept;
    [[nodiscard]] RateDecision refused(std::int64_t full_at, std::int64_t now) const noexcept;

  private:
    std::int64_t interval_;
    std::int64_t tolerance_;
};

}  // namespace detail

/// Any number of threads may take from one; none waits.
class TokenBucket {
  public:
    using Clock = std::chrono::steady_clock;

    /// Throws std::invalid_argument for a rate or burst of nothing, or one that would take years to refill.
    explicit TokenBucket(Rate rate) : pace_(rate) {}

    /// Takes one token when there is one.
    RateDecision take(Clock::time_point now = Clock::now()) noexcept;

  private:
    const detail::Pace pace_;
    std::atomic<std::int64_t> full_at_{};
};

}  // namespace chassis::resilience
