// Random numbers that have to differ, not to be secret: ids, jitter, sampling. Secrets come from security/.
//
//     auto pause = base + milliseconds(random_below(100));
#pragma once

#include <cstdint>
#include <span>

namespace chassis::base {

/// 64 random bits; each thread has its own generator, seeded by the operating system.
[[nodiscard]] std::uint64_t random_u64() noexcept;

/// Evenly from 0 to `limit` - 1; `limit` is not 0.
[[nodiscard]] std::uint64_t random_below(std::uint64_t limit) noexcept;

/// Evenly from 0.0 to just below 1.0.
[[nodiscard]] double random_unit() noexcept;

void fill_random(std::span<std::uint8_t> bytes) noexcept;

}  // namespace chassis::base
