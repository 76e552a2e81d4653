#include "chassis/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace chassis::base {
namespace {

constexpr std::uint64_t repeat(std::uint8_t byte) { return 0x0101010101010101u * byte; }
constexpr std::uint64_t high_bits = repeat(0x80);

// Some byte of the eight is a control character, a quote, a backslash or not ASCII.
bool needs_care(std::uint64_t word) {
    const auto has_zero = [](std::uint64_t x) { return (x - repeat(1)) & ~x & high_bits; };
    const std::uint64_t control = (word - repeat(0x20)) & ~word & high_bits;
    return ((word & high_bits) | control | has_zero(word ^ repeat('"')) | has_zero(word ^ repeat('\\'))) != 0;
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && !(c & 0x80); }

std::size_t plain_length(std::string_view text) {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + at, 8);
        if (needs_care(word)) break;
    }
    while (at < text.size() && is_plain(text[at])) ++at;
    return at;
}

// Bytes of the UTF-8 character at the front, 0 when there is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (!follows(1) || !follows(2)) return 0;
        if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
        return 4;
    }
    return 0;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
}

template <class Number>
void append_digits(std::string& out, Number number) {
    char text[24];
    const auto result = std::to_chars(text, text + sizeof text, number);
    out.append(text, result.ptr);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t plain = plain_length(text);
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        if (!(text.front() & 0x80)) {
            append_escape(out, text.front());
            text.remove_prefix(1);
        } else if (const std::size_t length = character_length(text); length > 0) {
            out.append(text.substr(0, length));
            text.remove_prefix(length);
        } else {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        }
    }
    out += '"';
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

void detail::append_integer(std::string& out, std::int64_t number) { append_digits(out, number); }
void detail::append_integer(std::string& out, std::uint64_t number) { append_digits(out, number); }

void append_json_number(std::string& out, double number) {
    if (!std::isfinite(number)) throw std::domain_error("NaN and infinity cannot be written as JSON");
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, number);
    const std::string_view written(text, result.ptr);
    out += written;
    if (written.find_first_of(".e") == written.npos) out += ".0";
}

std::size_t find_invalid_utf8(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t word;
        if (at + 8 <= text.size() && (std::memcpy(&word, text.data() + at, 8), (word & high_bits) == 0)) {
            at += 8;
            continue;
        }
        const std::size_t length = character_length(text.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return text.npos;
}

std::size_t count_characters(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

void append_utf8(std::string& out, char32_t character) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (character >> shift & 0x3F)); };
    if (character < 0x80) {
        out += static_cast<char>(character);
    } else if (character < 0x800) {
        out += static_cast<char>(0xC0 | character >> 6);
        tail(0);
    } else if (character < 0x10000) {
        out += static_cast<char>(0xE0 | character >> 12);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | character >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace chassis::base
