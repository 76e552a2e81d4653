#include "chassis/security/jwt.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "chassis/base/text.hpp"

namespace chassis::security {
namespace {

using namespace std::chrono_literals;
using Kind = JwtError::Kind;

const base::Time now{1'700'000'000s};

Claims claims_for_ada() {
    return {.iss = "auth",
            .sub = "ada",
            .aud = {"shop"},
            .exp = now + 15min,
            .iat = now,
            .jti = "t1",
            .scope = "orders:read orders:write"};
}

class JwtTest : public testing::TestWithParam<Algorithm> {
  protected:
    JwtTest() { keys.add(key); }

    Kind why_refused(std::string_view token, Expectations expected) {
        const auto claims = verify(token, keys, expected);
        if (!claims) return claims.error().kind;
        ADD_FAILURE() << "accepted: " << token;
        return {};
    }
    Kind why_refused(std::string_view token) { return why_refused(token, {.now = now}); }

    // Rightly signed, with further members in its header.
    std::string token_with(const std::string& members) {
        std::string token = base::to_base64url(R"({"alg":")" + std::string(to_string(GetParam())) + R"(","kid":")" +
                                               key.id() + "\"," + members + '}') +
                            '.' + base::to_base64url(R"({"exp":1700000900})");
        return token + '.' + base::to_base64url(key.sign(token));
    }

    SigningKey key = SigningKey::generate(GetParam());
    KeySet keys;
};

INSTANTIATE_TEST_SUITE_P(Algorithms, JwtTest, testing::Values(Algorithm::eddsa, Algorithm::es256),
                         [](const auto& info) { return std::string(to_string(info.param)); });

TEST_P(JwtTest, what_was_signed_comes_back) {
    const auto claims = verify(sign(key, claims_for_ada()), keys, {.issuer = "auth", .audience = "shop", .now = now});
    ASSERT_TRUE(claims) << claims.error().message;
    EXPECT_EQ(claims->iss, "auth");
    EXPECT_EQ(claims->sub, "ada");
    EXPECT_EQ(claims->aud, std::vector<std::string>{"shop"});
    EXPECT_EQ(claims->exp, now + 15min);
    EXPECT_EQ(claims->iat, now);
    EXPECT_EQ(claims->nbf, std::nullopt);
    EXPECT_EQ(claims->jti, "t1");
    EXPECT_TRUE(claims->has_scope("orders:write"));
    EXPECT_FALSE(claims->has_scope("orders"));
    EXPECT_FALSE(claims->has_scope(""));
}

TEST_P(JwtTest, several_audiences_come_back) {
    Claims claims = claims_for_ada();
    claims.aud = {"shop", "console"};
    const auto verified = verify(sign(key, claims), keys, {.audience = "console", .now = now});
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->aud, claims.aud);
}

TEST_P(JwtTest, it_is_accepted_only_in_its_time) {
    Claims claims = claims_for_ada();
    claims.nbf = now;
    const std::string token = sign(key, claims);
    EXPECT_TRUE(verify(token, keys, {.now = now + 15min + 29s}));
    EXPECT_EQ(why_refused(token, {.now = now + 15min + 30s}), Kind::expired);
    EXPECT_TRUE(verify(token, keys, {.now = now - 30s}));
    EXPECT_EQ(why_refused(token, {.now = now - 31s}), Kind::not_yet_valid);
}

TEST_P(JwtTest, it_is_accepted_only_from_the_issuer_for_the_audience) {
    const std::string token = sign(key, claims_for_ada());
    EXPECT_EQ(why_refused(token, {.issuer = "other", .now = now}), Kind::wrong_issuer);
    EXPECT_EQ(why_refused(token, {.audience = "other", .now = now}), Kind::wrong_audience);
}

TEST_P(JwtTest, without_an_expiry_it_is_refused) {
    EXPECT_EQ(why_refused(sign_text(key, R"({"sub":"ada"})")), Kind::malformed);
    EXPECT_EQ(why_refused(sign_text(key, R"({"sub":"ada","exp":"1700000900"})")), Kind::malformed);
    EXPECT_EQ(why_refused(sign_text(key, R"({"sub":"ada","exp":1e300})")), Kind::malformed);
    EXPECT_EQ(why_refused(sign_text(key, R"({"sub":"ada","exp":1700000900,"nbf":-1})")), Kind::malformed);
    EXPECT_TRUE(verify(sign_text(key, R"({"sub":"ada","exp":1700000900.5})"), keys, {.now = now}));
}

TEST_P(JwtTest, any_changed_character_is_noticed) {
    const std::string token = sign(key, claims_for_ada());
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed != token) {
            EXPECT_FALSE(verify(changed, keys, {.now = now})) << "at " << i;
        }
    }
}

TEST_P(JwtTest, another_key_of_the_same_id_does_not_verify_it) {
    const SigningKey other = SigningKey::generate(GetParam());
    EXPECT_EQ(why_refused(sign(other, claims_for_ada())), Kind::unknown_key);
    std::string forged =
        base::to_base64url(R"({"alg":")" + std::string(to_string(GetParam())) + R"(","kid":")" + key.id() + R"("})") +
        '.' + base::to_base64url(R"({"exp":1700000900})");
    forged += '.' + base::to_base64url(other.sign(forged));
    EXPECT_EQ(why_refused(forged), Kind::bad_signature);
}

TEST_P(JwtTest, algorithms_outside_of_the_list_are_refused) {
    const std::string payload = '.' + base::to_base64url(R"({"exp":1700000900})");
    for (const char* algorithm : {"none", "None", "HS256", "RS256", "ES512", "eddsa", ""}) {
        const std::string head = base::to_base64url(R"({"alg":")" + std::string(algorithm) + R"("})");
        EXPECT_EQ(why_refused(head + payload + '.'), Kind::unsupported_algorithm) << algorithm;
    }
}

TEST_P(JwtTest, a_key_is_used_only_for_its_own_algorithm) {
    const auto other = GetParam() == Algorithm::eddsa ? Algorithm::es256 : Algorithm::eddsa;
    std::string token =
        base::to_base64url(R"({"alg":")" + std::string(to_string(other)) + R"(","kid":")" + key.id() + R"("})") + '.' +
        base::to_base64url(R"({"exp":1700000900})");
    token += '.' + base::to_base64url(key.sign(token));
    EXPECT_EQ(why_refused(token), Kind::unknown_key);
}

TEST_P(JwtTest, critical_extensions_are_refused) {
    std::string token =
        base::to_base64url(R"({"alg":")" + std::string(to_string(GetParam())) + R"(","crit":["b64"],"b64":false})") +
        '.' + base::to_base64url(R"({"exp":1700000900})");
    token += '.' + base::to_base64url(key.sign(token));
    EXPECT_EQ(why_refused(token), Kind::unsupported_algorithm);
}

TEST_P(JwtTest, any_crit_is_refused_whatever_it_holds) {
    for (const char* crit : {"null", "[]", "7"}) {
        EXPECT_EQ(why_refused(token_with(R"("crit":)" + std::string(crit))), Kind::unsupported_algorithm) << crit;
    }
}

TEST_P(JwtTest, a_member_that_comes_twice_is_refused) {
    EXPECT_TRUE(verify(token_with(R"("x":1)"), keys, {.now = now}));
    EXPECT_EQ(why_refused(token_with(R"("alg":"none")")), Kind::malformed);
    EXPECT_EQ(why_refused(token_with(R"("x":1,"x":1)")), Kind::malformed);
    EXPECT_EQ(why_refused(sign_text(key, R"({"sub":"ada","exp":1700000900,"sub":"eve"})")), Kind::malformed);
    EXPECT_EQ(why_refused(sign_text(key, R"({"role":"a","exp":1700000900,"role":"b"})")), Kind::malformed);
}

TEST_P(JwtTest, base64url_with_padding_other_letters_or_stray_bits_is_malformed) {
    const std::string token = sign(key, claims_for_ada());
    const auto dot = token.rfind('.');
    // 64 bytes are 86 characters, of whose last one four bits are not used.
    ASSERT_EQ(token.size() - dot - 1, 86u);
    std::string stray = token;
    stray.back() = static_cast<char>(stray.back() + 1);
    EXPECT_EQ(why_refused(stray), Kind::malformed);
    EXPECT_EQ(why_refused(token + "=="), Kind::malformed);
    EXPECT_EQ(why_refused(token + '\n'), Kind::malformed);
    EXPECT_EQ(why_refused(token.substr(0, dot + 1) + '+' + token.substr(dot + 2)), Kind::malformed);
}

TEST_P(JwtTest, a_signature_of_another_length_is_refused) {
    const std::string token = sign(key, claims_for_ada());
    const auto dot = token.rfind('.') + 1;
    const std::string signature = base::from_base64url(token.substr(dot)).value();
    const auto with = [&](const std::string& other) { return token.substr(0, dot) + base::to_base64url(other); };
    EXPECT_TRUE(verify(with(signature), keys, {.now = now}));
    for (const auto& other : {std::string(), signature.substr(0, 63), signature + '\0', signature + signature}) {
        EXPECT_EQ(why_refused(with(other)), Kind::bad_signature) << other.size();
    }
}

TEST_P(JwtTest, further_texts_come_back_under_their_names) {
    Claims claims = claims_for_ada();
    claims.email = "ada@example.org";
    claims.extra = {{"name", "Ada \"the\" \u00e9"}, {"role", "customer"}};
    const auto verified = verify(sign(key, claims), keys, {.now = now});
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->email, claims.email);
    EXPECT_EQ(verified->extra, claims.extra);
    claims.extra = {{"sub", "eve"}};
    EXPECT_THROW((void)sign(key, claims), std::invalid_argument);
}

TEST_P(JwtTest, further_claims_that_are_no_texts_are_left_out) {
    const auto verified =
        verify(sign_text(key, R"({"exp":1700000900,"n":1,"o":{"s":"t"},"s":"text"})"), keys, {.now = now});
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->extra, (std::map<std::string, std::string>{{"s", "text"}}));
}

TEST_P(JwtTest, what_is_no_token_is_malformed) {
    for (const char* bad : {"", ".", "..", "a.b", "a.b.c.d", "!.!.!", "e30.e30.", "eyJhbGciOiJFUzI1NiJ9==.e30.x"}) {
        EXPECT_EQ(why_refused(bad), Kind::malformed) << bad;
    }
}

TEST_P(JwtTest, a_key_survives_its_pem_and_its_jwks) {
    const SigningKey again = SigningKey::from_pem(key.to_pem());
    EXPECT_EQ(again.id(), key.id());
    const KeySet read = KeySet::parse(keys.to_json());
    ASSERT_EQ(read.size(), 1u);
    EXPECT_TRUE(verify(sign(again, claims_for_ada()), read, {.now = now}));
    EXPECT_EQ(read.to_json(), keys.to_json());
}

}  // namespace
}  // namespace chassis::security
