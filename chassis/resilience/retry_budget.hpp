// Keeps retries from multiplying the load on something that already fails.
//
//     budget.record_call();
//     ...the call failed in a way that a retry may heal...
//     if (!budget.try_retry()) throw;
//
// Every call earns a tenth of a retry, up to a reserve, and every retry spends one: over time retries add at most 10%
// to the calls. Who calls seldom would hardly earn any, so one a second is always allowed. The idea is that of gRPC's
// retry throttling (https://github.com/grpc/proposal/blob/master/A6-client-retries.md).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "chassis/resilience/token_bucket.hpp"

namespace chassis::resilience {

class RetryBudget {
  public:
    using Clock = std::chrono::steady_clock;

    struct Settings {
        /// Retries that one call earns, 0 to 1; counted in thousandths.
        double per_call = 0.1;
        /// Retries that may be saved up; there are so many at the start.
        unsigned reserve = 10;
        /// Retries that are allowed beyond what calls earn; 0 for none.
        double per_second = 1;
    };

    RetryBudget() : RetryBudget(Settings{}) {}
    /// Throws std::invalid_argument for a setting outside of its range.
    explicit RetryBudget(Settings settings);

    /// A call was made; its retries are not calls.
    void record_call() noexcept;
    /// Spends one retry; false when none is left.
    [[nodiscard]] bool try_retry(Clock::time_point now = Clock::now()) noexcept;
    /// Whole retries that calls have earned and nobody has spent.
    [[nodiscard]] unsigned left() const noexcept;

  private:
    const std::int64_t earned_;
    const std::int64_t most_;
    std::atomic<std::int64_t> thousandths_;
    std::optional<TokenBucket> always_;
};

}  // namespace chassis::resilience
