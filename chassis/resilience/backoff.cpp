#include "chassis/resilience/backoff.hpp"

#include <algorithm>

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
    return backoff(attempt, settings, base::random_u64());
}

std::chrono::nanoseconds backoff(unsigned attempt, const BackoffSettings& settings, std::uint64_t random) noexcept {
    // Scaled down from 64 bits to the pauses from 0 to the longest.
    __extension__ typedef unsigned __int128 Wide;
    const auto pauses = static_cast<std::uint64_t>(longest_backoff(attempt, settings).count()) + 1;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<Wide>(random) * pauses >> 64));
}

}  // namespace chassis::resilience
