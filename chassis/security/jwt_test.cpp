#include "chassis/security/jwt.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "chassis/base/text.hpp"
#include "chassis/model/json.hpp"

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

TEST(SigningKeyTest, a_text_that_is_no_private_key_is_refused) {
    EXPECT_THROW((void)SigningKey::from_pem(""), KeyError);
    EXPECT_THROW((void)SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                 KeyError);
}

// RFC 8037, appendix A.3.
TEST(KeySetTest, a_thumbprint_is_that_of_the_rfc) {
    const SigningKey key = SigningKey::from_pem(
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n");
    EXPECT_EQ(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(KeySetTest, a_text_that_is_no_key_set_is_refused) {
    for (const char* bad : {"", "[]", "{}", R"({"keys":1})", "not json"}) {
        EXPECT_THROW((void)KeySet::parse(bad), KeyError) << bad;
    }
    EXPECT_EQ(KeySet::parse(R"({"keys":[{},{"kty":"RSA","n":"AQAB","e":"AQAB"},7]})").size(), 0u);
}

// Project Wycheproof's vectors. Its valid ones of algorithms that we do not support have to be refused as well.
struct Vector {
    int tcId;
    std::string comment;
    std::string jws;
    std::string result;
};

struct VectorGroup {
    std::optional<model::RawJson> key;
    std::vector<Vector> tests;
    static void rules(Rules<VectorGroup>& field) { field(&VectorGroup::key).name("public"); }
};

struct VectorFile {
    std::vector<VectorGroup> testGroups;
};

std::optional<VectorFile> read_vectors(const std::string& name) {
    std::ifstream file(SOURCE_ROOT "/../shared/vectors/jose/" + name);
    if (!file) return std::nullopt;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return model::from_json<VectorFile>(text);
}

bool is_supported(const Vector& vector) {
    const auto header = base::from_base64url(vector.jws.substr(0, vector.jws.find('.')));
    return header && (header->find(R"("ES256")") != header->npos || header->find(R"("EdDSA")") != header->npos);
}

// How many tokens were accepted.
int run_vectors(const VectorFile& file, bool keys_are_sets) {
    int accepted = 0;
    for (const auto& group : file.testGroups) {
        std::string jwks = R"({"keys":[]})";
        if (group.key) jwks = keys_are_sets ? group.key->text : R"({"keys":[)" + group.key->text + "]}";
        const KeySet keys = KeySet::parse(jwks);
        for (const auto& vector : group.tests) {
            const bool wanted = vector.result == "valid" && is_supported(vector);
            const auto payload = verify_text(vector.jws, keys);
            EXPECT_EQ(payload.has_value(), wanted) << vector.tcId << " " << vector.comment;
            if (payload) ++accepted;
        }
    }
    return accepted;
}

TEST(WycheproofTest, signatures_are_judged_as_labelled) {
    const auto file = read_vectors("json_web_signature_test.json");
    if (!file) GTEST_SKIP() << "the vectors are not beside the project: ../shared/vectors/jose";
    EXPECT_EQ(run_vectors(*file, false), 2);
}

TEST(WycheproofTest, key_sets_are_judged_as_labelled) {
    const auto file = read_vectors("json_web_key_test.json");
    if (!file) GTEST_SKIP() << "the vectors are not beside the project: ../shared/vectors/jose";
    EXPECT_EQ(run_vectors(*file, true), 0);
}

}  // namespace
}  // namespace chassis::security
