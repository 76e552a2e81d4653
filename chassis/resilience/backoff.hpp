// How long to wait before the next attempt: exponential, capped, with full jitter.
//
//     for (unsigned attempt = 1;; ++attempt) {
//         if (co_await try_it()) break;
//         co_await sleep_for(backoff(attempt, {.base = 50ms, .cap = 20s}));
//     }
#pragma once

#include <chrono>
#include <cstdint>

namespace chassis::resilience {

struct BackoffSettings {
    /// The longest pause after the first attempt; it doubles with each one that follows.
    std::chrono::nanoseconds base = std::chrono::milliseconds(50);
    /// No pause is longer.
    std::chrono::nanoseconds cap = std::chrono::seconds(20);
};

/// The longest pause after the `attempt`-th attempt (the first is 1): base * 2^(attempt - 1), at most the cap.
[[nodiscard]] std::chrono::nanoseconds longest_backoff(unsigned attempt, const BackoffSettings& settings) noexcept;

/// Evenly between nothing and the longest pause, so that those who failed together do not return together: full jitter
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
[[nodiscard]] std::chrono::nanoseconds backoff(unsigned attempt, const BackoffSettings& settings) noexcept;

/// The same with the random number handed in: 0 gives no pause, all 64 bits set the longest.
[[nodiscard]] std::chrono::nanoseconds backoff(unsigned attempt, const BackoffSettings& settings,
                                               std::uint64_t random) noexcept;

}  // namespace chassis::resilience
