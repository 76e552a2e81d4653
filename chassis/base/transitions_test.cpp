#include "chassis/base/transitions.hpp"

#include <gtest/gtest.h>

namespace chassis::base {

namespace {

enum class Light { red, green, broken };

constexpr Transitions light{Light::red,
                            {{Light::red, Light::green},
                             {Light::green, Light::red},
                             {Light::red, Light::broken},
                             {Light::green, Light::broken}}};

TEST(TransitionsTest, only_the_rows_of_the_table_are_allowed) {
    EXPECT_TRUE(light.allows(Light::red, Light::green));
    EXPECT_TRUE(light.allows(Light::green, Light::broken));
    EXPECT_FALSE(light.allows(Light::broken, Light::red));
    EXPECT_FALSE(light.allows(Light::red, Light::red));
}

TEST(TransitionsTest, a_state_that_nothing_leads_out_of_is_final) {
    EXPECT_TRUE(light.is_final(Light::broken));
    EXPECT_FALSE(light.is_final(Light::red));
    EXPECT_EQ(light.first(), Light::red);
}

}  // namespace

}  // namespace chassis::base
