#include "chassis/resilience/concurrency_limit.hpp"

#include <stdexcept>

namespace chassis::resilience {

ConcurrencyLimit::ConcurrencyLimit(unsigned most) : most_(most) {
    if (most == 0) throw std::invalid_argument("a concurrency limit needs 1 place or more");
}

std::optional<ConcurrencyLimit::Entry> ConcurrencyLimit::try_enter() noexcept {
    unsigned inside = inside_.load(std::memory_order_relaxed);
    while (inside < most_) {
        if (inside_.compare_exchange_weak(inside, inside + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
            return Entry(this);
        }
    }
    return std::nullopt;
}

}  // namespace chassis::resilience
