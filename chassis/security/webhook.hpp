// A signed webhook: the receiver knows who sent it, that nobody changed it, and that it is not an old one.
//
//     sender:   headers.append("Webhook-Signature", sign_webhook(secret, body, clock.now()));
//     receiver: if (auto checked = verify_webhook(secret, signature, body, clock.now()); !checked)
//                   throw HttpError{400, "Bad signature"}.log(checked.error());
//
// The scheme is the one that Stripe documents: "t=<seconds>,v1=<hex of HMAC-SHA-256 over '<seconds>.<body>'>". While a
// secret is being replaced the sender signs with both, and a receiver accepts whichever of them it knows.
#pragma once

#include <chrono>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"

namespace chassis::security {

/// Throws std::invalid_argument for an empty secret: anybody could sign with it.
[[nodiscard]] std::string sign_webhook(std::string_view secret, std::string_view body, base::Time now);
/// One v1 for each secret.
[[nodiscard]] std::string sign_webhook(std::span<const std::string_view> secrets, std::string_view body,
                                       base::Time now);

/// Nothing, or why it is refused. `tolerance` is how far the sender's time may lie from `now`, either way. Throws
/// std::invalid_argument for an empty secret.
[[nodiscard]] std::expected<void, std::string> verify_webhook(std::string_view secret, std::string_view signature,
                                                              std::string_view body, base::Time now,
                                                              std::chrono::seconds tolerance = std::chrono::minutes(5));

}  // namespace chassis::security
