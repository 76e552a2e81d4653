#include "chassis/resilience/rate_limit.hpp"

#include <algorithm>

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

RateLimiter::RateLimiter(Settings settings) : pace_(settings), seed_(base::random_u64()) {
    for (auto& row : rows_) row = std::make_unique<Place[]>(places);
}

RateLimiter::Both RateLimiter::places_of(std::uint64_t hash) const noexcept {
    return {rows_[0][hash % places], rows_[1][(hash >> 32) % places]};
}

// Another key may have emptied one of the buckets, seldom both: the fuller one is nearer to the truth.
std::int64_t RateLimiter::Both::full_at() const noexcept {
    return std::min(first.load(std::memory_order_relaxed), second.load(std::memory_order_relaxed));
}

RateLimiter::Decision RateLimiter::take(std::string_view key, Clock::time_point now) noexcept {
    const std::uint64_t h = hash(key, seed_);
    const Both both = places_of(h);
    const std::int64_t time = std::chrono::nanoseconds(now.time_since_epoch()).count();
    // A key always meets itself here; other keys may take from the same places meanwhile, which only empties them more.
    std::lock_guard lock(stripes_[h % stripes]);
    const std::int64_t full_at = both.full_at();
    if (!pace_.allows(full_at, time)) return pace_.refused(full_at, time);
    const std::int64_t next = pace_.after_one_more(full_at, time);
    raise(both.first, next);
    raise(both.second, next);
    return pace_.allowed(next, time);
}

RateLimiter::Decision RateLimiter::look(std::string_view key, Clock::time_point now) const noexcept {
    const std::int64_t full_at = places_of(hash(key, seed_)).full_at();
    const std::int64_t time = std::chrono::nanoseconds(now.time_since_epoch()).count();
    if (!pace_.allows(full_at, time)) return pace_.refused(full_at, time);
    return pace_.allowed(pace_.after_one_more(full_at, time), time);
}

}  // namespace chassis::resilience
