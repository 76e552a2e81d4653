#include "chassis/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chassis::base {
namespace {

using testing::ElementsAre;

TEST(TextTest, case_does_not_matter_to_iequals_and_length_does) {
    EXPECT_TRUE(iequals("Content-Length", "content-LENGTH"));
    EXPECT_FALSE(iequals("Content-Length", "Content-Lengt"));
    EXPECT_FALSE(iequals("[", "{"));
}

TEST(TextTest, trim_takes_blanks_from_both_ends_only) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim(" \t "), "");
}

TEST(TextTest, split_keeps_empty_parts) {
    EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
    EXPECT_THAT(split("", ','), ElementsAre(""));
    EXPECT_THAT(split("a,", ','), ElementsAre("a", ""));
}

TEST(TextTest, hex_comes_back_and_half_a_byte_is_refused) {
    const std::vector<std::uint8_t> bytes{0, 1, 0x7f, 0xff};
    EXPECT_EQ(to_hex(bytes), "00017fff");
    EXPECT_EQ(from_hex("00017FfF"), bytes);
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
}

// The vectors of RFC 4648, section 10, without their padding.
TEST(TextTest, base64url_gives_the_standards_vectors_and_takes_them_back) {
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64url(bytes), text);
        EXPECT_EQ(from_base64url(text), bytes);
    }
}

TEST(TextTest, base64url_that_is_padded_or_has_stray_bits_is_refused) {
    for (std::string_view text : {"Zg==", "Zh", "Zm9", "Z", "Zm+v", "Zm/v", "Zm v"}) {
        EXPECT_FALSE(from_base64url(text)) << text;
    }
}

TEST(TextTest, percent_encoding_comes_back) {
    std::string every_byte;
    for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
    EXPECT_EQ(percent_decode(percent_encode(every_byte)), every_byte);
    EXPECT_EQ(percent_encode("a b/c~"), "a%20b%2Fc~");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    EXPECT_EQ(form_decode("a+b%2B"), "a b+");
}

TEST(TextTest, a_broken_percent_sequence_is_refused) {
    for (std::string_view text : {"%", "%4", "%4g", "a%"}) EXPECT_FALSE(percent_decode(text)) << text;
}

}  // namespace
}  // namespace chassis::base
