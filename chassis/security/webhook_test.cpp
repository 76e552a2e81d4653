#include "chassis/security/webhook.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>

namespace chassis::security {
namespace {

using namespace std::chrono_literals;

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
    const std::array<std::string_view, 2> secrets{"secret", "new secret"};
    const std::string both = sign_webhook(secrets, body, now);
    EXPECT_TRUE(verify_webhook("secret", both, body, now));
    EXPECT_TRUE(verify_webhook("new secret", both, body, now));
    EXPECT_FALSE(verify_webhook("third secret", both, body, now));
}

// openssl dgst -sha256 -hmac secret, over '1700000000.{"payment":"p1"}'.
TEST_F(WebhookTest, a_signature_made_elsewhere_is_accepted) {
    EXPECT_EQ(signature, "t=1700000000,v1=1ebd7d22c68c8aab75dba926269f9d0fcdaea75a6a133844e5cd8dd0a26b6c96");
}

TEST_F(WebhookTest, an_empty_secret_signs_and_verifies_nothing) {
    EXPECT_THROW((void)sign_webhook("", body, now), std::invalid_argument);
    EXPECT_THROW((void)verify_webhook("", signature, body, now), std::invalid_argument);
}

TEST_F(WebhookTest, a_signature_of_another_form_is_refused) {
    for (const char* bad : {"", "t=", "v1=abc", "t=1700000000", "t=x,v1=abc", "t=9999999999999999999999,v1=abc"}) {
        EXPECT_FALSE(verify_webhook("secret", bad, body, now)) << bad;
    }
}

}  // namespace
}  // namespace chassis::security
