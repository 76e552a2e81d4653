// Bytes that nobody can guess: session tokens, client secrets, keys.
//
//     std::string token = random_secret();           // 43 characters, 256 bits
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace chassis::security {

/// From the operating system's generator. The process ends when there is none.
void fill_secret(std::span<std::uint8_t> bytes) noexcept;

/// `bytes` random bytes as base64url.
[[nodiscard]] std::string random_secret(std::size_t bytes = 32);

}  // namespace chassis::security
