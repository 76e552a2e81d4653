#include "chassis/base/json_text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <utility>

namespace chassis::base {
namespace {

std::string in_json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonTextTest, leaves_ordinary_text_alone) {
    EXPECT_EQ(in_json(""), R"("")");
    EXPECT_EQ(in_json("Socks of Doom"), R"("Socks of Doom")");
    EXPECT_EQ(in_json("Stra\xC3\x9F"
                      "e \xE2\x82\xAC \xF0\x9F\xA7\xA6"),
              "\"Stra\xC3\x9F"
              "e \xE2\x82\xAC \xF0\x9F\xA7\xA6\"");
}

TEST(JsonTextTest, escapes_what_json_does_not_allow) {
    EXPECT_EQ(in_json("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(in_json("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(in_json(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
}

TEST(JsonTextTest, replaces_bytes_that_are_not_utf8) {
    constexpr std::string_view replaced = "\xEF\xBF\xBD";
    for (const std::string_view bad : {"\x80", "\xC3", "\xFF", "\xC1", "\xE2\x82"}) {
        std::string expected = "\"a";
        for (std::size_t i = 0; i < bad.size(); ++i) expected += replaced;
        EXPECT_EQ(in_json("a" + std::string(bad)), expected + '"');
    }
}

TEST(JsonTextTest, replaces_overlong_forms_surrogates_and_what_is_above_unicode) {
    for (const std::string_view bad :
         {"\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80"}) {
        EXPECT_EQ(in_json(bad).find(bad), std::string::npos);
    }
}

// What needs an escape is found eight bytes at a time.
TEST(JsonTextTest, finds_what_needs_an_escape_at_every_offset) {
    for (std::size_t offset = 0; offset < 20; ++offset) {
        for (const auto& [raw, escaped] : {std::pair("\"", "\\\""),
                                           {"\\", "\\\\"},
                                           {"\n", "\\n"},
                                           {"\x1f", "\\u001f"},
                                           {"\x7f", "\x7f"},
                                           {" ", " "},
                                           {"\xC3\xA9", "\xC3\xA9"}}) {
            const std::string before(offset, 'a');
            EXPECT_EQ(in_json(before + raw + before), '"' + before + escaped + before + '"');
        }
    }
}

TEST(JsonTextTest, a_number_is_the_shortest_that_reads_back) {
    const auto written = [](double number) {
        std::string out;
        append_json_number(out, number);
        return out;
    };
    EXPECT_EQ(written(12.99), "12.99");
    EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(written(1), "1.0");
    EXPECT_EQ(written(1e300), "1e+300");
    EXPECT_THROW(written(std::numeric_limits<double>::quiet_NaN()), std::domain_error);
    EXPECT_THROW(written(std::numeric_limits<double>::infinity()), std::domain_error);
}

TEST(JsonTextTest, integers_have_all_of_64_bits) {
    std::string out;
    append_json_integer(out, std::numeric_limits<std::int64_t>::min());
    append_json_integer(out, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(out, "-922337203685477580818446744073709551615");
}

TEST(JsonTextTest, invalid_utf8_is_found_where_it_begins) {
    EXPECT_EQ(find_invalid_utf8("Stra\xC3\x9F"
                                "e, twelve letters and more"),
              std::string_view::npos);
    EXPECT_EQ(find_invalid_utf8("0123456789\xE2\x82"), 10u);
    EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u);
}

TEST(JsonTextTest, characters_are_counted_and_not_bytes) {
    EXPECT_EQ(count_characters("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\xA7\xA6"), 4u);
    std::string out;
    for (const char32_t character : U"a\u00E9\u20AC\U0001F9E6") {
        if (character != 0) append_utf8(out, character);
    }
    EXPECT_EQ(out, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\xA7\xA6");
}

}  // namespace
}  // namespace chassis::base
