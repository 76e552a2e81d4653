// HMAC-SHA-256, and comparing secrets.
//
//     auto code = hmac_sha256(secret, body);
//     if (!constant_time_equal(to_hex(code), claimed)) throw HttpError{400, "Bad signature"};
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace chassis::security {

using Sha256 = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view data);
/// RFC 2104 with SHA-256.
[[nodiscard]] Sha256 hmac_sha256(std::string_view key, std::string_view data);

/// Takes the same time wherever two texts of one length differ.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace chassis::security
