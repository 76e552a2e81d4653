// Passwords, kept as argon2id hashes (RFC 9106).
//
//     std::string stored = co_await workers.run([&] { return hash_password(password); });
//     bool right = co_await workers.run([&] { return verify_password(stored, password); });
//
// Both burn CPU for some 20 ms and 19 MiB: not on a loop.
#pragma once

#include <string>
#include <string_view>

namespace chassis::security {

/// Longer ones are refused, so that nobody pays for hashing megabytes.
inline constexpr std::size_t longest_password = 1024;

/// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>". Throws std::length_error when the password is too long,
/// std::bad_alloc when there is no memory.
[[nodiscard]] std::string hash_password(std::string_view password);

/// False as well when `hash` is no such hash.
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password);

/// Whether the hash was made at another cost than today's: hash the password anew when it was right.
[[nodiscard]] bool needs_rehash(std::string_view hash);

}  // namespace chassis::security
