#include "chassis/resilience/retry_budget.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace chassis::resilience {
namespace {

RetryBudget::Settings checked(RetryBudget::Settings settings) {
    if (!(settings.per_call >= 0 && settings.per_call <= 1)) {
        throw std::invalid_argument("what a call earns of a retry budget is from 0 to 1");
    }
    if (!(settings.per_second >= 0)) throw std::invalid_argument("a retry budget's per_second is 0 or more");
    return settings;
}

}  // namespace

RetryBudget::RetryBudget(Settings settings)
    : earned_(std::llround(checked(settings).per_call * 1000)),
      most_(std::int64_t{settings.reserve} * 1000),
      thousandths_(most_) {
    if (settings.per_second > 0) {
        always_.emplace(Rate{settings.per_second, static_cast<unsigned>(std::clamp(settings.per_second, 1.0, 1e6))});
    }
}

void RetryBudget::record_call() noexcept {
    auto now = thousandths_.load(std::memory_order_relaxed);
    // Full is the usual state, and then this is one load.
    while (now < most_) {
        const auto next = std::min(most_, now + earned_);
        if (thousandths_.compare_exchange_weak(now, next, std::memory_order_relaxed)) return;
    }
}

bool RetryBudget::try_retry(Clock::time_point now) noexcept {
    auto left = thousandths_.load(std::memory_order_relaxed);
    while (left >= 1000) {
        if (thousandths_.compare_exchange_weak(left, left - 1000, std::memory_order_relaxed)) return true;
    }
    return always_ && always_->take(now).allowed;
}

unsigned RetryBudget::left() const noexcept {
    return static_cast<unsigned>(thousandths_.load(std::memory_order_relaxed) / 1000);
}

}  // namespace chassis::resilience
