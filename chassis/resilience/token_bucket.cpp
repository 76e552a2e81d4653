#include "chassis/resilience/token_bucket.hpp"

#include <algorithm>
#include <stdexcept>

namespace chassis::resilience {

detail::Pace::Pace(Rate rate) {
    if (!(rate.per_second > 0) || rate.burst == 0) {
        throw std::invalid_argument("a rate limit needs per_second above 0 and a burst of 1 or more");
    }
    // Far from where nanoseconds in 64 bits end, which is after 292 years.
    constexpr double longest = 1e9 * 3600 * 24 * 365 * 10;
    if (1e9 / rate.per_second * rate.burst > longest) {
        throw std::invalid_argument("a rate limit's burst has to refill within ten years");
    }
    interval_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / rate.per_second));
    tolerance_ = interval_ * (rate.burst - 1);
}

RateDecision detail::Pace::allowed(std::int64_t new_full_at, std::int64_t now) const noexcept {
    const std::int64_t room = now + tolerance_ - new_full_at + interval_;
    return {true, {}, static_cast<unsigned>(room / interval_)};
}

RateDecision detail::Pace::refused(std::int64_t full_at, std::int64_t now) const noexcept {
    return {false, std::chrono::nanoseconds(full_at - tolerance_ - now), 0};
}

RateDecision TokenBucket::take(Clock::time_point now) noexcept {
    const std::int64_t time = std::chrono::nanoseconds(now.time_since_epoch()).count();
    std::int64_t full_at = full_at_.load(std::memory_order_relaxed);
    while (pace_.allows(full_at, time)) {
        const std::int64_t next = pace_.after_one_more(full_at, time);
        if (full_at_.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) return pace_.allowed(next, time);
    }
    return pace_.refused(full_at, time);
}

}  // namespace chassis::resilience
