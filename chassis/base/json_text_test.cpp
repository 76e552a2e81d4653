#include "chassis/base/json_text.hpp"

#include <gtest/gtest.h>

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
    EXPECT_EQ(in_json(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
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

}  // namespace
}  // namespace chassis::base
