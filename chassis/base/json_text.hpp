// The small pieces of JSON text, for whoever writes JSON by hand: strings with their escapes, numbers, UTF-8.
//
//     std::string body = "{\"detail\":";
//     append_json_string(body, detail);
//     body += '}';
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace chassis::base {

/// Quoted and escaped (RFC 8259, section 7). What is not UTF-8 becomes U+FFFD, one for each byte, so that the result
/// always is JSON.
void append_json_string(std::string& out, std::string_view text);
[[nodiscard]] std::string json_string(std::string_view text);

namespace detail {
void append_integer(std::string& out, std::int64_t number);
void append_integer(std::string& out, std::uint64_t number);
}  // namespace detail

template <std::integral T>
void append_json_integer(std::string& out, T number) {
    if constexpr (std::signed_integral<T>) {
        detail::append_integer(out, static_cast<std::int64_t>(number));
    } else {
        detail::append_integer(out, static_cast<std::uint64_t>(number));
    }
}

/// The shortest text that reads back as the same number; whole ones end in ".0". Throws std::domain_error for NaN and
/// infinity, which JSON does not have.
void append_json_number(std::string& out, double number);

/// Where the first byte stands that is not UTF-8 (RFC 3629); npos when all are.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text) noexcept;

/// Unicode characters in UTF-8 text.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// Appends one character as UTF-8.
void append_utf8(std::string& out, char32_t character);

}  // namespace chassis::base
