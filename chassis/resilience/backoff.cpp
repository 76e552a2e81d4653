#include "chassis/resilience/backoff.hpp"

#include <algorithm>
#include <cstdint>

#include "chassis/base/random.hpp"

namespace chassis::resilience {

std::chrono::nanoseconds longest_backoff(unsigned attempt, const BackoffSettings& settings) noexcept {
    auto pause = std::min(settings.base, settings.cap);
    for (unsigned i = 1; i < attempt && pause < settings.cap; ++i) {
        pause = pause > settings.cap / 2 ? settings.cap : pause * 2;
    }
    return pause;
}

std::chrono::nanoseconds backoff(unsigned attempt, const BackoffSettings& settings) noexcept {
    const auto longest = longest_backoff(attempt, settings);
    const auto half = longest / 2;
    const auto spread = static_cast<std::uint64_t>((longest - half).count());
    return half + std::chrono::nanoseconds(static_cast<std::int64_t>(base::random_below(spread + 1)));
}

}  // namespace chassis::resilience
