#include <gtest/gtest.h>

#include <string>

#include "chassis/security/jwt.hpp"

namespace chassis::security {
namespace {

using namespace std::chrono_literals;

TEST(SigningKeyTest, a_text_that_is_no_private_key_is_refused) {
    EXPECT_THROW((void)SigningKey::from_pem(""), KeyError);
    EXPECT_THROW((void)SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                 KeyError);
}

TEST(SigningKeyTest, a_key_of_another_kind_is_refused) {
    const char* x25519 =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIHhibztjVJnJVIgqj/tkCXL/HiUS0O+YrGEgdzOUVMte\n"
        "-----END PRIVATE KEY-----\n";
    try {
        (void)SigningKey::from_pem(x25519);
        ADD_FAILURE() << "accepted";
    } catch (const KeyError& error) {
        EXPECT_STREQ(error.what(), "the key is neither Ed25519 nor P-256");
    }
}

// RFC 8037, appendix A.3.
TEST(KeySetTest, a_thumbprint_is_that_of_the_rfc) {
    const SigningKey key = SigningKey::from_pem(
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n");
    EXPECT_EQ(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

// RFC 8037, appendix A.4, and RFC 7515, appendix A.3.
TEST(KeySetTest, the_tokens_of_the_rfcs_are_verified) {
    const KeySet keys = KeySet::parse(R"({"keys":[
        {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
    ASSERT_EQ(keys.size(), 2u);
    EXPECT_EQ(verify_text("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PG"
                          "cvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
                          keys)
                  .value(),
              "Example of Ed25519 signing");
    const auto claims = verify(
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb2"
        "90Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        keys, {.issuer = "joe", .now = base::Time{1'300'000'000s}});
    ASSERT_TRUE(claims) << claims.error().message;
    EXPECT_EQ(claims->exp, base::Time{1'300'819'380s});
}

TEST(KeySetTest, a_text_that_is_no_key_set_is_refused) {
    for (const char* bad : {"", "[]", "{}", R"({"keys":1})", "not json"}) {
        EXPECT_THROW((void)KeySet::parse(bad), KeyError) << bad;
    }
    EXPECT_EQ(KeySet::parse(R"({"keys":[{},{"kty":"RSA","n":"AQAB","e":"AQAB"},7]})").size(), 0u);
}

}  // namespace
}  // namespace chassis::security
