#include "chassis/security/password.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace chassis::security {
namespace {

TEST(PasswordTest, only_the_right_one_is_verified) {
    const std::string hash = hash_password("correct horse");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
    EXPECT_TRUE(verify_password(hash, "correct horse"));
    EXPECT_FALSE(verify_password(hash, "Correct horse"));
    EXPECT_FALSE(verify_password(hash, ""));
}

TEST(PasswordTest, the_same_password_has_another_hash_each_time) {
    EXPECT_NE(hash_password("correct horse"), hash_password("correct horse"));
}

TEST(PasswordTest, what_is_no_hash_verifies_nothing) {
    EXPECT_FALSE(verify_password("", ""));
    EXPECT_FALSE(verify_password("plain", "plain"));
    EXPECT_FALSE(verify_password(std::string(1000, '$'), "x"));
}

TEST(PasswordTest, a_hash_of_another_cost_is_verified_and_wants_to_be_made_anew) {
    const PasswordCost old_cost{.memory = 1024 * 1024, .passes = 1};
    const std::string old_hash = hash_password("correct horse", old_cost);
    EXPECT_TRUE(old_hash.starts_with("$argon2id$v=19$m=1024,t=1,p=1$")) << old_hash;
    EXPECT_TRUE(verify_password(old_hash, "correct horse"));
    EXPECT_FALSE(verify_password(old_hash, "correct donkey"));
    EXPECT_FALSE(needs_rehash(old_hash, old_cost));
    EXPECT_TRUE(needs_rehash(old_hash));
    EXPECT_FALSE(needs_rehash(hash_password("correct horse")));
    EXPECT_TRUE(needs_rehash("plain"));
}

TEST(PasswordTest, a_cost_that_protects_nothing_is_refused) {
    EXPECT_THROW((void)hash_password("x", {.memory = 8191}), std::invalid_argument);
    EXPECT_THROW((void)hash_password("x", {.passes = 0}), std::invalid_argument);
}

TEST(PasswordTest, a_very_long_one_is_refused_before_it_costs_anything) {
    EXPECT_THROW((void)hash_password(std::string(longest_password + 1, 'x')), std::length_error);
    EXPECT_FALSE(verify_password(hash_password("x"), std::string(longest_password + 1, 'x')));
}

}  // namespace
}  // namespace chassis::security
