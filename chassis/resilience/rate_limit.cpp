#include "chassis/resilience/rate_limit.hpp"

#include <algorithm>
#include <stdexcept>

#include "chassis/base/random.hpp"

namespace chassis::resilience {
namespace {

std::uint64_t mix(std::uint64_t x) noexcept {
    x ^= x >> 33;
    x *= 0xFF51AFD7ED558CCDu;
    x ^= x >> 33;
    x *= 0xC4CEB9FE1A85EC53u;
    return x ^ x >> 33;
}

std::uint64_t hash(std::string_view key, std::uint64_t seed) noexcept {
    std::uint64_t h = seed;
    for (const char c : key) h = mix(h ^ static_cast<unsigned char>(c));
    return mix(h ^ key.size());
}

void raise(std::atomic<std::int64_t>& place, std::int64_t to) noexcept {
    auto seen = place.load(std::memory_order_relaxed);
    while (seen < to && !place.compare_exchange_weak(seen, to, std::memory_order_relaxed)) {
    }
}

}  // namespace

RateLimiter::RateLimiter(Settings settings) : seed_(base::random_u64()) {
    if (!(settings.per_second > 0) || settings.burst == 0) {
        throw std::invalid_argument("a rate limit needs per_second above 0 and a burst of 1 or more");
    }
    interval_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / settings.per_second));
    tolerance_ = interval_ * (settings.burst - 1);
    for (auto& row : rows_) row = std::make_unique<Place[]>(places);
}

RateLimiter::Decision RateLimiter::take(std::string_view key, Clock::time_point now) noexcept {
    const std::uint64_t h = hash(key, seed_);
    Place* both[] = {&rows_[0][h % places], &rows_[1][(h >> 32) % places]};
    const std::int64_t time = std::chrono::nanoseconds(now.time_since_epoch()).count();
    // Only those who come with the same key meet here; other keys may fill the places further meanwhile.
    std::lock_guard lock(stripes_[h % stripes]);
    // Another key may have filled one of the places, seldom both: the emptier one is nearer to the truth.
    const std::int64_t empty_at =
        std::min(both[0]->load(std::memory_order_relaxed), both[1]->load(std::memory_order_relaxed));
    if (empty_at - tolerance_ > time) return {false, std::chrono::nanoseconds(empty_at - tolerance_ - time)};
    for (Place* place : both) raise(*place, std::max(empty_at, time) + interval_);
    return {true, {}};
}

}  // namespace chassis::resilience
