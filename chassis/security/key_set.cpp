#include <algorithm>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"
#include "chassis/model/json.hpp"
#include "chassis/security/jwk.hpp"
#include "chassis/security/public_key.hpp"

namespace chassis::security {
namespace {

// Members that the two algorithms need; others are allowed and not looked at.
struct Jwk {
    std::string kty;
    std::optional<std::string> crv;
    std::optional<std::string> x;
    std::optional<std::string> y;
    std::optional<std::string> alg;
    std::optional<std::string> use;
    std::optional<std::vector<std::string>> key_ops;
    std::optional<std::string> kid;
};

struct Jwks {
    std::vector<model::RawJson> keys;
};

bool may_verify(const Jwk& key) {
    if (key.use && *key.use != "sig") return false;
    return !key.key_ops || std::ranges::find(*key.key_ops, "verify") != key.key_ops->end();
}

std::optional<PublicKey> to_public_key(const Jwk& key) {
    if (!may_verify(key) || !key.x) return std::nullopt;
    Algorithm algorithm = Algorithm::eddsa;
    detail::KeyPointer pointer;
    if (key.kty == "EC" && key.crv == "P-256" && key.y) {
        algorithm = Algorithm::es256;
        const auto x = base::from_base64url(*key.x);
        const auto y = base::from_base64url(*key.y);
        if (x && y) pointer = detail::ec_public_key(*x, *y);
    } else if (key.kty == "OKP" && key.crv == "Ed25519") {
        if (const auto x = base::from_base64url(*key.x)) pointer = detail::ed25519_public_key(*x);
    }
    if (!pointer || (key.alg && *key.alg != to_string(algorithm))) return std::nullopt;
    return PublicKey(key.kid.value_or(""), algorithm, std::move(pointer));
}

std::optional<Jwk> read_key(const std::string& text) {
    try {
        return model::from_json<Jwk>(text);
    } catch (const model::ValidationError&) {
        return std::nullopt;
    }
}

}  // namespace

KeySet KeySet::parse(std::string_view jwks) {
    KeySet result;
    try {
        for (const model::RawJson& text : model::from_json<Jwks>(jwks).keys) {
            const auto jwk = read_key(text.text);
            if (!jwk) continue;
            if (auto key = to_public_key(*jwk)) result.keys_.push_back(std::move(*key));
        }
    } catch (const model::ValidationError& error) {
        throw KeyError(std::string("this is not a JSON Web Key Set: ") + error.what());
    }
    return result;
}

std::string KeySet::to_json() const {
    std::string out = R"({"keys":[)";
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (i > 0) out += ',';
        out += keys_[i].to_jwk();
    }
    out += "]}";
    return out;
}

const PublicKey* KeySet::find(std::optional<std::string_view> id, Algorithm algorithm) const noexcept {
    const PublicKey* found = nullptr;
    for (const PublicKey& key : keys_) {
        if (id ? key.id() != *id : key.algorithm() != algorithm) continue;
        if (found) return nullptr;
        found = &key;
    }
    return found && found->algorithm() == algorithm ? found : nullptr;
}

}  // namespace chassis::security
