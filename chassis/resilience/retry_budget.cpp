#include "chassis/resilience/retry_budget.hpp"

#include <algorithm>

namespace chassis::resilience {

RetryBudget::RetryBudget(Settings settings) noexcept
    : earned_(static_cast<std::int64_t>(settings.per_call * 1000)),
      most_(std::int64_t{settings.reserve} * 1000),
      thousandths_(most_) {}

void RetryBudget::record_call() noexcept {
    auto now = thousandths_.load(std::memory_order_relaxed);
    // Full is the usual state, and then this is one load.
    while (now < most_) {
        const auto next = std::min(most_, now + earned_);
        if (thousandths_.compare_exchange_weak(now, next, std::memory_order_relaxed)) return;
    }
}

bool RetryBudget::try_retry() noexcept {
    auto now = thousandths_.load(std::memory_order_relaxed);
    while (now >= 1000) {
        if (thousandths_.compare_exchange_weak(now, now - 1000, std::memory_order_relaxed)) return true;
    }
    return false;
}

unsigned RetryBudget::left() const noexcept {
    return static_cast<unsigned>(thousandths_.load(std::memory_order_relaxed) / 1000);
}

}  // namespace chassis::resilience
