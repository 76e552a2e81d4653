// One stable hash for everything that is written down: lanes of keys, checksums of migrations and of log rows.
//
//     auto lane = base::fnv1a("order-17") % 64;      // the same on every machine and in every release
#pragma once

#include <cstdint>
#include <string_view>

namespace chassis::base {

inline constexpr std::uint64_t fnv1a_start = 14695981039346656037ULL;

/// FNV-1a, 64 bits (draft-eastlake-fnv). Not for secrets. A changed single byte always changes it, as each step is a
/// bijection of the state. Pass an earlier result as `state` to go on with more text.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t state = fnv1a_start) {
    for (char c : text) {
        state ^= static_cast<unsigned char>(c);
        state *= 1099511628211ULL;
    }
    return state;
}

}  // namespace chassis::base
