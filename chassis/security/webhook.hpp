// A signed webhook: the receiver knows who sent it, that nobody changed it, and that it is not an old one.
//
//     sender:   headers.append("Webhook-Signature", sign_webhook(secret, body, clock.now()));
//     receiver: if (auto checked = verify_webhook(secret, signature, body, clock.now()); !checked)
//                   throw HttpError{400, "Bad signature"}.log(checked.error());
//
// The scheme is the one that Stripe documents: "t=<seconds>,v1=<hex of HMAC-SHA-256 over '<seconds>.<body>'>"; several
// v1 may stand in one header while a secret is being replaced.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"

namespace chassis::security {

[[nodiscard]] std::string sign_webhook(std::string_view secret, std::string_view body, base::Time now);

/// Nothing, or why it is refused. `tolerance` is how far the sender's time may lie from `now`, either way.
[[nodiscard]] std::expected<void, std::string> verify_webhook(std::string_view secret, std::string_view signature,
                                                              std::string_view body, base::Time now,
                                                              std::chrono::seconds tolerance = std::chrono::minutes(5));

}  // namespace chassis::security
