// Public keys from their coordinates, for KeySet.
#pragma once

#include <string_view>

#include "chassis/security/jwk.hpp"

namespace chassis::security::detail {

/// Null when the point is not on P-256, or the bytes are no coordinates.
[[nodiscard]] KeyPointer ec_public_key(std::string_view x, std::string_view y);
/// Null when these are not 32 bytes.
[[nodiscard]] KeyPointer ed25519_public_key(std::string_view x);

}  // namespace chassis::security::detail
