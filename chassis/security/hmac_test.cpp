#include "chassis/security/hmac.hpp"

#include <gtest/gtest.h>

#include <set>

#include "chassis/base/text.hpp"
#include "chassis/security/password.hpp"
#include "chassis/security/secret.hpp"
#include "chassis/security/webhook.hpp"

namespace chassis::security {
namespace {

using namespace std::chrono_literals;

// RFC 4231, test cases 1, 2 and 6.
TEST(HmacTest, gives_the_codes_of_the_rfc) {
    EXPECT_EQ(base::to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(base::to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        base::to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacTest, sha256_gives_the_digest_of_the_standard) {
    EXPECT_EQ(base::to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacTest, equal_means_every_byte) {
    EXPECT_TRUE(constant_time_equal("abc", "abc"));
    EXPECT_TRUE(constant_time_equal("", ""));
    EXPECT_FALSE(constant_time_equal("abc", "abd"));
    EXPECT_FALSE(constant_time_equal("abc", "abcd"));
}

TEST(SecretTest, is_long_and_never_the_same) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(random_secret());
    EXPECT_EQ(seen.size(), 100u);
    EXPECT_EQ(seen.begin()->size(), 43u);
}

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

TEST(PasswordTest, a_hash_of_another_cost_wants_to_be_made_anew) {
    EXPECT_FALSE(needs_rehash(hash_password("x")));
    EXPECT_TRUE(
        needs_rehash("$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

TEST(PasswordTest, a_very_long_one_is_refused_before_it_costs_anything) {
    EXPECT_THROW((void)hash_password(std::string(longest_password + 1, 'x')), std::length_error);
    EXPECT_FALSE(verify_password(hash_password("x"), std::string(longest_password + 1, 'x')));
}

class WebhookTest : public testing::Test {
  protected:
    const base::Time now{1'700'000'000s};
    const std::string body = R"({"payment":"p1"})";
    const std::string signature = sign_webhook("secret", body, now);
};

TEST_F(WebhookTest, what_was_signed_is_accepted) {
    EXPECT_TRUE(signature.starts_with("t=1700000000,v1=")) << signature;
    EXPECT_TRUE(verify_webhook("secret", signature, body, now + 4min));
}

TEST_F(WebhookTest, another_body_secret_or_time_is_refused) {
    EXPECT_FALSE(verify_webhook("secret", signature, body + ' ', now));
    EXPECT_FALSE(verify_webhook("other", signature, body, now));
    std::string later = signature;
    later.replace(2, 10, "1700000001");
    EXPECT_FALSE(verify_webhook("secret", later, body, now));
}

TEST_F(WebhookTest, an_old_one_is_refused_and_one_from_the_future_too) {
    EXPECT_FALSE(verify_webhook("secret", signature, body, now + 6min));
    EXPECT_FALSE(verify_webhook("secret", signature, body, now - 6min));
}

TEST_F(WebhookTest, one_of_two_signatures_is_enough) {
    const std::string both = signature + ",v1=" + sign_webhook("new secret", body, now).substr(16);
    EXPECT_TRUE(verify_webhook("secret", both, body, now));
    EXPECT_TRUE(verify_webhook("new secret", both, body, now));
}

TEST_F(WebhookTest, a_signature_of_another_form_is_refused) {
    for (const char* bad : {"", "t=", "v1=abc", "t=1700000000", "t=x,v1=abc", "t=9999999999999999999999,v1=abc"}) {
        EXPECT_FALSE(verify_webhook("secret", bad, body, now)) << bad;
    }
}

}  // namespace
}  // namespace chassis::security
