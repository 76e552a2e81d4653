#include "chassis/model/json_reader.hpp"

#include <cstdint>
#include <cstring>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"

namespace chassis::model {
namespace {

constexpr int deepest = 128;

constexpr std::uint64_t repeat(std::uint8_t byte) { return 0x0101010101010101u * byte; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void JsonReader::fail(std::string_view error, std::size_t at) {
    Location location = problems_.root();
    location.emplace_back(static_cast<std::int64_t>(base::count_characters(text_.substr(0, at))));
    throw ValidationError({{.type = "json_invalid",
                            .loc = std::move(location),
                            .msg = "JSON decode error",
                            .input = "{}",
                            .ctx = "{\"error\":" + base::json_string(error) + "}"}});
}

JsonReader::Kind JsonReader::peek() {
    skip_blanks();
    switch (current()) {
        case '{':
            return Kind::object;
        case '[':
            return Kind::array;
        case '"':
            return Kind::string;
        case 't':
        case 'f':
            return Kind::boolean;
        case 'n':
            return Kind::null;
        default:
            if (is_digit(current()) || current() == '-') return Kind::number;
            fail("Expecting value", at_);
    }
}

void JsonReader::expect_literal(std::string_view literal) {
    if (text_.substr(at_, literal.size()) != literal) fail("Expecting value", at_);
    at_ += literal.size();
}

void JsonReader::read_null() { expect_literal("null"); }

bool JsonReader::read_boolean() {
    const bool value = current() == 't';
    expect_literal(value ? "true" : "false");
    return value;
}

void JsonReader::skip_digits() {
    while (is_digit(current())) ++at_;
}

std::string_view JsonReader::read_number() {
    const std::size_t start = at_;
    if (current() == '-') ++at_;
    if (!is_digit(current())) fail("Expecting value", start);
    if (current() == '0') {
        ++at_;
    } else {
        skip_digits();
    }
    // A point or an exponent without digits behind it does not belong to the number, and nothing may follow that.
    if (current() == '.') {
        if (at_ + 1 >= text_.size() || !is_digit(text_[at_ + 1])) fail("Extra data", at_);
        ++at_;
        skip_digits();
    }
    if (current() == 'e' || current() == 'E') {
        const std::size_t exponent = at_++;
        if (current() == '+' || current() == '-') ++at_;
        if (!is_digit(current())) fail("Extra data", exponent);
        skip_digits();
    }
    return text_.substr(start, at_ - start);
}

std::string_view JsonReader::read_string(std::string& scratch) {
    const std::size_t quote = at_++;
    const std::size_t start = at_;
    std::size_t copied = start;  // everything before it is in scratch, once anything is
    bool uses_scratch = false;
    bool only_ascii = true;
    for (;;) {
        // Eight at a time past what needs no look.
        for (; at_ + 8 <= text_.size(); at_ += 8) {
            std::uint64_t word;
            std::memcpy(&word, text_.data() + at_, 8);
            const auto has_zero = [](std::uint64_t x) { return (x - repeat(1)) & ~x & repeat(0x80); };
            const std::uint64_t control = (word - repeat(0x20)) & ~word & repeat(0x80);
            if ((control | has_zero(word ^ repeat('"')) | has_zero(word ^ repeat('\\'))) != 0) break;
            if ((word & repeat(0x80)) != 0) only_ascii = false;
        }
        if (at_ >= text_.size()) fail("Unterminated string starting at", quote);
        const char c = text_[at_];
        if (c == '"') break;
        if (c == '\\') {
            if (!uses_scratch) scratch.clear();
            uses_scratch = true;
            scratch.append(text_.substr(copied, at_ - copied));
            decode_escape(scratch);
            copied = at_;
            continue;
        }
        if (static_cast<unsigned char>(c) < 0x20) fail("Invalid control character at", at_);
        if ((c & 0x80) != 0) only_ascii = false;
        ++at_;
    }
    const std::string_view raw = text_.substr(start, at_ - start);
    ++at_;
    if (!only_ascii) {
        if (const std::size_t invalid = base::find_invalid_utf8(raw); invalid != raw.npos)
            fail("Invalid UTF-8", start + invalid);
    }
    if (!uses_scratch) return raw;
    scratch.append(raw.substr(copied - start));
    return scratch;
}

void JsonReader::decode_escape(std::string& out) {
    const std::size_t start = at_++;
    const char c = current();
    ++at_;
    switch (c) {
        case '"':
        case '\\':
        case '/':
            out += c;
            return;
        case 'b':
            out += '\b';
            return;
        case 'f':
            out += '\f';
            return;
        case 'n':
            out += '\n';
            return;
        case 'r':
            out += '\r';
            return;
        case 't':
            out += '\t';
            return;
        case 'u':
            break;
        default:
            fail(start + 1 >= text_.size() ? "Unterminated string starting at" : "Invalid \\escape", start);
    }
    char32_t character = read_four_hex_digits(start);
    if (character >= 0xD800 && character <= 0xDBFF && text_.substr(at_, 2) == "\\u") {
        const std::size_t second = at_;
        at_ += 2;
        const char32_t low = read_four_hex_digits(second);
        if (low < 0xDC00 || low > 0xDFFF) fail("Lone surrogate", start);
        character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    }
    // Half of a pair is no character and has no UTF-8.
    if (character >= 0xD800 && character <= 0xDFFF) fail("Lone surrogate", start);
    base::append_utf8(out, character);
}

char32_t JsonReader::read_four_hex_digits(std::size_t escape_start) {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = base::hex_digit(current());
        if (digit < 0) fail("Invalid \\uXXXX escape", escape_start + 1);
        value = value << 4 | static_cast<char32_t>(digit);
        ++at_;
    }
    return value;
}

void JsonReader::deeper() {
    if (++depth_ > deepest) fail("Nested too deeply", at_);
}

bool JsonReader::enter_object() {
    deeper();
    ++at_;
    skip_blanks();
    if (current() != '}') return true;
    ++at_;
    --depth_;
    return false;
}

std::string_view JsonReader::key(std::string& scratch) {
    skip_blanks();
    if (current() != '"') fail("Expecting property name enclosed in double quotes", at_);
    const std::string_view name = read_string(scratch);
    skip_blanks();
    if (current() != ':') fail("Expecting ':' delimiter", at_);
    ++at_;
    return name;
}

bool JsonReader::next_member() {
    skip_blanks();
    const char c = current();
    if (c != ',' && c != '}') fail("Expecting ',' delimiter", at_);
    ++at_;
    if (c == ',') return true;
    --depth_;
    return false;
}

bool JsonReader::enter_array() {
    deeper();
    ++at_;
    skip_blanks();
    if (current() != ']') return true;
    ++at_;
    --depth_;
    return false;
}

bool JsonReader::next_element() {
    skip_blanks();
    const char c = current();
    if (c != ',' && c != ']') fail("Expecting ',' delimiter", at_);
    ++at_;
    if (c == ',') return true;
    --depth_;
    return false;
}

std::string_view JsonReader::skip_value() {
    const Mark start = mark();
    std::string scratch;
    switch (peek()) {
        case Kind::object:
            for (bool more = enter_object(); more; more = next_member()) {
                key(scratch);
                skip_value();
            }
            break;
        case Kind::array:
            for (bool more = enter_array(); more; more = next_element()) skip_value();
            break;
        case Kind::string:
            read_string(scratch);
            break;
        case Kind::number:
            read_number();
            break;
        case Kind::boolean:
            read_boolean();
            break;
        case Kind::null:
            read_null();
            break;
    }
    return since(start);
}

void JsonReader::end() {
    skip_blanks();
    if (at_ < text_.size()) fail("Extra data", at_);
}

}  // namespace chassis::model
