#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "chassis/base/text.hpp"
#include "chassis/model/json.hpp"
#include "chassis/security/jwt.hpp"

namespace chassis::security {
namespace {

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
