// Keeps retries from multiplying the load on something that already fails.
//
//     budget.record_call();
//     ...the call failed in a way that a retry may heal...
//     if (!budget.try_retry()) throw;
//
// Every call earns a tenth of a retry, up to a reserve, and every retry spends one: over time retries add at most 10%
// to the calls. The idea is that of gRPC's retry throttling
// (https://github.com/grpc/proposal/blob/master/A6-client-retries.md).
#pragma once

#include <atomic>
#include <cstdint>

namespace chassis::resilience {

class RetryBudget {
  public:
    struct Settings {
        /// Retries that one call earns.
        double per_call = 0.1;
        /// Retries that may be saved up; there are so many at the start.
        unsigned reserve = 10;
    };

    RetryBudget() noexcept : RetryBudget(Settings{}) {}
    explicit RetryBudget(Settings settings) noexcept;

    /// A call was made; its retries are not calls.
    void record_call() noexcept;
    /// Spends one retry; false when none is left.
    [[nodiscard]] bool try_retry() noexcept;
    /// Whole retries that are left.
    [[nodiscard]] unsigned left() const noexcept;

  private:
    const std::int64_t earned_;
    const std::int64_t most_;
    std::atomic<std::int64_t> thousandths_;
};

}  // namespace chassis::resilience
