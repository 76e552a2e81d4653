// Passwords, kept as argon2id hashes (RFC 9106).
//
//     std::string stored = co_await workers.run([&] { return hash_password(password); });
//     bool right = co_await workers.run([&] { return verify_password(stored, password); });
//
//     if (right && needs_rehash(stored)) ...                // the cost was raised since: hash and store it anew
//
// Hashing and verifying burn CPU for some 20 ms and 19 MiB: not on a loop.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chassis::security {

/// Longer ones are refused, so that nobody pays for hashing megabytes.
inline constexpr std::size_t longest_password = 1024;

/// What one hash costs whoever computes it; the defaults are OWASP's second recommendation for argon2id.
struct PasswordCost {
    /// In bytes; at least 8192.
    std::size_t memory = 19 * 1024 * 1024;
    /// How often the memory is gone through; at least 1.
    unsigned passes = 2;
};

/// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>". Throws std::length_error when the password is too long,
/// std::invalid_argument when the cost is below the least, std::bad_alloc when there is no memory.
[[nodiscard]] std::string hash_password(std::string_view password, const PasswordCost& cost = {});

/// At the cost that `hash` names. False as well when `hash` is no such hash.
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password);

/// Whether the hash was made at another cost, or is none.
[[nodiscard]] bool needs_rehash(std::string_view hash, const PasswordCost& cost = {});

}  // namespace chassis::security
