#include "chassis/model/pattern.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "chassis/base/random.hpp"
#include "chassis/model/errors.hpp"

namespace chassis::model {
namespace {

TEST(PatternTest, the_whole_text_has_to_match) {
    const Pattern sku("[A-Z0-9-]{3,32}");
    EXPECT_TRUE(sku.matches("SOCK-DOOM-001"));
    EXPECT_FALSE(sku.matches("AB"));
    EXPECT_FALSE(sku.matches("sock"));
    EXPECT_FALSE(sku.matches("SOCK!"));
    EXPECT_FALSE(sku.matches(std::string(33, 'A')));
    EXPECT_TRUE(sku.matches(std::string(32, 'A')));
}

TEST(PatternTest, anchors_may_be_written_and_are_always_shown) {
    for (const char* pattern : {"a|b", "^a|b", "a|b$"}) {
        EXPECT_EQ(Pattern(pattern).anchored(), "^(?:a|b)$") << pattern;
        EXPECT_FALSE(Pattern(pattern).matches("ab"));
    }
    EXPECT_EQ(Pattern("^[a-z]+$").anchored(), "^[a-z]+$");
    EXPECT_TRUE(Pattern("a\\$").matches("a$"));
    EXPECT_TRUE(Pattern("a\\\\$").matches("a\\"));
}

TEST(PatternTest, characters_are_unicodes) {
    EXPECT_TRUE(Pattern(".").matches("\xF0\x9F\xA7\xA6"));
    EXPECT_FALSE(Pattern("..").matches("\xC3\xA9"));
    EXPECT_TRUE(Pattern("[\xC3\xA0-\xC3\xBF]{2}").matches("\xC3\xA9\xC3\xA8"));
    EXPECT_TRUE(Pattern("\\u00e9").matches("\xC3\xA9"));
    EXPECT_TRUE(Pattern("[^a]").matches("\xC3\xA9"));
}

TEST(PatternTest, nothing_matches_an_empty_pattern_only) {
    EXPECT_TRUE(Pattern("").matches(""));
    EXPECT_FALSE(Pattern("").matches("a"));
    EXPECT_TRUE(Pattern("(a|)b*").matches(""));
}

// Backtracking would take 2^40 steps and more for these.
TEST(PatternTest, no_pattern_takes_more_than_linear_time) {
    const std::string text(5000, 'a');
    EXPECT_FALSE(Pattern("(a*)*b").matches(text));
    EXPECT_FALSE(Pattern("(a|a)*b").matches(text));
    EXPECT_FALSE(Pattern("(a+)+b").matches(text));
    EXPECT_TRUE(Pattern("(a?){200}a{200}").matches(std::string(300, 'a')));
}

TEST(PatternTest, random_texts_match_as_the_standard_library_says) {
    const char* patterns[] = {"a*b",          "(ab|a)(bc|c)?", "[a-c]{2,3}",     "(a|b)*c", "a?b?c?",   "[^a]+",
                              "(a(b(c)*)*)*", "a{2}|b{3,}",    "(?:ab)+c?",      "\\w+",    "\\d*[ab]", "[\\da-b]+",
                              "a.c",          "(a|b|c){0,2}",  "((a)|(b)){1,3}", "[\\w-]+", "\\W|a",    "a+b+c+"};
    for (const char* pattern : patterns) {
        const Pattern mine(pattern);
        const std::regex theirs(pattern);
        for (int i = 0; i < 300; ++i) {
            std::string text(base::random_below(7), ' ');
            for (char& c : text) c = "abc1-_ "[base::random_below(7)];
            EXPECT_EQ(mine.matches(text), std::regex_match(text, theirs)) << pattern << " on \"" << text << '"';
        }
    }
}

TEST(PatternTest, a_pattern_that_cannot_be_read_is_refused_with_its_place) {
    for (const char* pattern : {"(", ")", "[", "[a", "a{", "a{x}", "a{2,1}", "*", "+a", "a**", "\\", "\\q", "[z-a]",
                                "(?=a)", "a{1001}", "a^b", "a$b", "\\u12", "[\\"}) {
        try {
            Pattern unused(pattern);
            ADD_FAILURE() << pattern << " was accepted";
        } catch (const ModelError& error) {
            EXPECT_NE(std::string(error.what()).find("cannot read the pattern"), std::string::npos) << error.what();
        }
    }
    EXPECT_THROW(Pattern("((a{1000}){1000}){1000}"), ModelError);
    EXPECT_THROW(Pattern(std::string(1000, '(') + std::string(1000, ')')), ModelError);
}

}  // namespace
}  // namespace chassis::model
