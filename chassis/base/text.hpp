// Small things done to text: trimming, splitting, hex, base64url, percent-encoding. Letters are ASCII's, no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chassis::base {

[[nodiscard]] constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
[[nodiscard]] constexpr char to_upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

/// Equal but for the case of ASCII letters.
[[nodiscard]] bool iequals(std::string_view a, std::string_view b) noexcept;

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);

/// Without the blanks (space, tab, CR, LF) at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// The parts between the separators, empty ones too: split("a,,b", ',') gives "a", "", "b". They view `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// 0 to 15, or -1 when `c` is no hexadecimal digit.
[[nodiscard]] constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Two lower case digits a byte.
void append_hex(std::string& out, std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// RFC 4648, section 5, without padding.
[[nodiscard]] std::string to_base64url(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing when `text` is padded, holds another character, or has bits set that no byte takes.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

/// Everything but RFC 3986's unreserved characters becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// Nothing when a '%' is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
/// The same for a query's or a form's part, where '+' stands for a space.
[[nodiscard]] std::optional<std::string> form_decode(std::string_view text);

}  // namespace chassis::base
