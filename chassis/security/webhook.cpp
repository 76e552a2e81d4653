#include "chassis/security/webhook.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>
#include <vector>

#include "chassis/base/text.hpp"
#include "chassis/security/hmac.hpp"

namespace chassis::security {
namespace {

std::string code_for(std::string_view secret, std::string_view seconds, std::string_view body) {
    if (secret.empty()) throw std::invalid_argument("the secret of a webhook is empty");
    std::string signed_text(seconds);
    signed_text += '.';
    signed_text += body;
    return base::to_hex(hmac_sha256(secret, signed_text));
}

std::optional<std::int64_t> parse_seconds(std::string_view text) noexcept {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return seconds;
}

std::int64_t seconds_of(base::Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

std::string sign_webhook(std::string_view secret, std::string_view body, base::Time now) {
    return sign_webhook(std::span(&secret, 1), body, now);
}

std::string sign_webhook(std::span<const std::string_view> secrets, std::string_view body, base::Time now) {
    const std::string seconds = std::to_string(seconds_of(now));
    std::string signature = "t=" + seconds;
    for (const auto secret : secrets) signature += ",v1=" + code_for(secret, seconds, body);
    return signature;
}

std::expected<void, std::string> verify_webhook(std::string_view secret, std::string_view signature,
                                                std::string_view body, base::Time now, std::chrono::seconds tolerance) {
    std::string_view seconds;
    std::vector<std::string_view> codes;
    for (std::string_view part : base::split(signature, ',')) {
        part = base::trim(part);
        if (part.starts_with("t=")) seconds = part.substr(2);
        if (part.starts_with("v1=")) codes.push_back(part.substr(3));
    }
    const auto sent = parse_seconds(seconds);
    if (!sent || codes.empty()) return std::unexpected("the signature is not of the form t=...,v1=...");
    const std::string expected = code_for(secret, seconds, body);
    bool right = false;
    for (const std::string_view code : codes) right |= constant_time_equal(code, expected);
    if (!right) return std::unexpected("no signature matches the body");
    // After the signature, so that the distance is one that the sender really named.
    const std::int64_t here = seconds_of(now);
    if (*sent < here - tolerance.count() || *sent > here + tolerance.count()) {
        return std::unexpected("the signature is of " + std::string(seconds) + ", too far from now");
    }
    return {};
}

}  // namespace chassis::security
