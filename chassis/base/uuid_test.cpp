#include "chassis/base/uuid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "chassis/base/id.hpp"

namespace chassis::base {
namespace {

TEST(UuidTest, what_is_parsed_is_written_again_in_lower_case) {
    const auto id = Uuid::parse("01890A5D-AC96-774B-BCCE-B302099A8057");
    ASSERT_TRUE(id);
    EXPECT_EQ(to_string(*id), "01890a5d-ac96-774b-bcce-b302099a8057");
    EXPECT_EQ(id->bytes[0], 0x01);
    EXPECT_EQ(id->bytes[15], 0x57);
}

TEST(UuidTest, another_text_is_refused) {
    for (const char* text : {"", "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80570",
                             "01890a5d_ac96-774b-bcce-b302099a8057", "01890a5dac96774bbcceb302099a8057",
                             "01890a5g-ac96-774b-bcce-b302099a8057", "{1890a5d-ac96-774b-bcce-b302099a805}",
                             "01890a5-dac96-774b-bcce-b302099a8057"}) {
        EXPECT_FALSE(Uuid::parse(text)) << text;
    }
}

TEST(UuidTest, a_new_one_is_of_version_7_and_the_standards_variant) {
    const Uuid id = Uuid::random();
    EXPECT_EQ(id.bytes[6] >> 4, 7);
    EXPECT_EQ(id.bytes[8] >> 6, 2);
}

TEST(UuidTest, new_ones_differ_and_ascend_as_values_and_as_text) {
    std::vector<Uuid> ids(5000);
    std::ranges::generate(ids, Uuid::random);
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    EXPECT_TRUE(std::ranges::is_sorted(ids, {}, [](const Uuid& id) { return to_string(id); }));
    EXPECT_EQ((std::unordered_set<Uuid>(ids.begin(), ids.end()).size()), ids.size());
}

TEST(IdTest, its_text_is_that_of_its_representation) {
    EXPECT_EQ(to_string(Id<struct Number>{42}), "42");
    EXPECT_EQ((to_string(Id<struct Text, std::string>{"abc"})), "abc");
    const Uuid id = Uuid::random();
    EXPECT_EQ((to_string(Id<struct Unique, Uuid>{id})), to_string(id));
}

TEST(IdTest, ids_of_two_tags_do_not_mix) {
    using A = Id<struct TagA>;
    using B = Id<struct TagB>;
    static_assert(!std::is_convertible_v<A, B> && !std::equality_comparable_with<A, B>);
    EXPECT_LT(A{1}, A{2});
    EXPECT_EQ((std::unordered_set<A>{A{1}, A{1}, A{2}}.size()), 2u);
}

}  // namespace
}  // namespace chassis::base
