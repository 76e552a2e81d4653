// Access tokens: JSON Web Tokens (RFC 7519) in the compact form, signed with EdDSA or ES256.
//
//     Claims claims{.iss = "https://auth", .sub = "42", .aud = {"shop"}, .exp = now + 15min, .iat = now};
//     std::string token = sign(key, claims);
//
//     auto claims = verify(token, keys, {.issuer = "https://auth", .audience = "shop", .now = clock.now()});
//     if (!claims) throw HttpError{401, "Not authenticated"}.log(claims.error().message);
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/security/jwk.hpp"

namespace chassis::security {

/// The registered claims under their own names; times in whole seconds. Empty texts are left out of the token.
struct Claims {
    std::string iss{};
    std::string sub{};
    std::vector<std::string> aud{};
    base::Time exp{};
    std::optional<base::Time> nbf{};
    std::optional<base::Time> iat{};
    std::string jti{};
    /// Separated by blanks, as in OAuth 2 (RFC 8693).
    std::string scope{};
    /// As OpenID Connect names it.
    std::string email{};
    /// Any further claims that are texts, under their names; of what a token holds beyond them, nothing is read.
    std::map<std::string, std::string> extra{};

    [[nodiscard]] bool has_scope(std::string_view wanted) const noexcept;
};

struct JwtError {
    enum class Kind : std::uint8_t {
        malformed,              // not three parts of base64url, or not the JSON that belongs there
        unsupported_algorithm,  // `none`, HS256, RS256, ... or an extension in `crit`
        unknown_key,            // no such key: the set may be out of date
        bad_signature,
        expired,
        not_yet_valid,
        wrong_issuer,
        wrong_audience,
    };
    Kind kind;
    /// For the log; the client learns only that it is not authenticated.
    std::string message;
};

struct Expectations {
    /// Both are required of the token; an empty one accepts any.
    std::string_view issuer{};
    std::string_view audience{};
    base::Time now{};
    /// How far clocks may differ.
    std::chrono::seconds leeway{30};
};

/// Throws std::invalid_argument when an extra claim has the name of a member of Claims.
[[nodiscard]] std::string sign(const SigningKey& key, const Claims& claims);

/// The claims when the signature is right, the token is in its time, and issuer and audience are the expected ones.
[[nodiscard]] std::expected<Claims, JwtError> verify(std::string_view token, const KeySet& keys,
                                                     const Expectations& expected);

/// The layer below (RFC 7515): the payload of a signed compact text, whatever it holds.
[[nodiscard]] std::string sign_text(const SigningKey& key, std::string_view payload);
[[nodiscard]] std::expected<std::string, JwtError> verify_text(std::string_view token, const KeySet& keys);

}  // namespace chassis::security
