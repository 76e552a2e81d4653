// Keys are hashed onto 64 lanes; within a lane, and so within a key, order is kept.
//
//     unsigned lane = lane_of("0190...-order-17");      // the same in every process and every release
#pragma once

#include <string_view>

#include "chassis/base/hash.hpp"

namespace chassis::messaging {

inline constexpr unsigned lane_count = 64;

/// FNV-1a (64 bits) modulo 64. It is written down in brokers and outboxes and never changes.
[[nodiscard]] constexpr unsigned lane_of(std::string_view key) {
    return static_cast<unsigned>(base::fnv1a(key) % lane_count);
}

}  // namespace chassis::messaging
