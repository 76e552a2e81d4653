#include "chassis/security/jwt.hpp"

#include <algorithm>
#include <stdexcept>
#include <variant>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"
#include "chassis/model/json.hpp"
#include "chassis/model/reflection.hpp"

namespace chassis::security {
namespace {

using Kind = JwtError::Kind;

struct Header {
    std::string alg;
    std::optional<std::string> kid;
};

// Every member of a JSON object; reading one refuses a name that comes twice, known to us or not.
using Members = std::map<std::string, model::RawJson>;

// A NumericDate may have a fraction; an audience may be one text or several.
struct Payload {
    std::optional<std::string> iss;
    std::optional<std::string> sub;
    std::optional<std::variant<std::string, std::vector<std::string>>> aud;
    double exp;
    std::optional<double> nbf;
    std::optional<double> iat;
    std::optional<std::string> jti;
    std::optional<std::string> scope;
    std::optional<std::string> email;
};

bool is_registered(std::string_view name) {
    static constexpr auto names = model::names<Payload>();
    return std::ranges::find(names, name) != names.end();
}

std::unexpected<JwtError> refuse(Kind kind, std::string message) {
    return std::unexpected(JwtError{kind, std::move(message)});
}

// The end of the year 9999, beyond which nobody means a time.
constexpr double last_second = 253'402'300'799.0;

std::optional<base::Time> to_time(double seconds) {
    if (!(seconds >= 0 && seconds <= last_second)) return std::nullopt;
    return base::Time{std::chrono::seconds(static_cast<std::int64_t>(seconds))};
}

std::int64_t to_seconds(base::Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Writes the members of a JSON object one by one.
class ObjectWriter {
  public:
    void add_text(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        begin(name);
        base::append_json_string(out_, value);
    }
    void add_time(std::string_view name, base::Time value) {
        begin(name);
        out_ += std::to_string(to_seconds(value));
    }
    void add_texts(std::string_view name, const std::vector<std::string>& values) {
        if (values.empty()) return;
        if (values.size() == 1) return add_text(name, values.front());
        begin(name);
        for (std::size_t i = 0; i < values.size(); ++i) {
            out_ += i == 0 ? '[' : ',';
            base::append_json_string(out_, values[i]);
        }
        out_ += ']';
    }
    std::string end() { return (out_.empty() ? "{" : std::move(out_)) + '}'; }

  private:
    void begin(std::string_view name) {
        out_ += out_.empty() ? '{' : ',';
        base::append_json_string(out_, name);
        out_ += ':';
    }
    std::string out_;
};

std::expected<Claims, JwtError> read_claims(const std::string& text) {
    try {
        auto payload = model::from_json<Payload>(text);
        Claims claims;
        for (const auto& [name, value] : model::from_json<Members>(text)) {
            if (is_registered(name) || !value.text.starts_with('"')) continue;
            claims.extra.emplace(name, model::from_json<std::string>(value.text));
        }
        claims.iss = std::move(payload.iss).value_or("");
        claims.sub = std::move(payload.sub).value_or("");
        claims.jti = std::move(payload.jti).value_or("");
        claims.scope = std::move(payload.scope).value_or("");
        claims.email = std::move(payload.email).value_or("");
        if (payload.aud) {
            if (auto* one = std::get_if<std::string>(&*payload.aud)) {
                claims.aud.push_back(std::move(*one));
            } else {
                claims.aud = std::get<std::vector<std::string>>(std::move(*payload.aud));
            }
        }
        const auto exp = to_time(payload.exp);
        if (payload.nbf) claims.nbf = to_time(*payload.nbf);
        if (payload.iat) claims.iat = to_time(*payload.iat);
        if (!exp || claims.nbf.has_value() != payload.nbf.has_value() ||
            claims.iat.has_value() != payload.iat.has_value()) {
            return refuse(Kind::malformed, "a time in the claims is out of range");
        }
        claims.exp = *exp;
        return claims;
    } catch (const model::ValidationError& error) {
        return refuse(Kind::malformed, std::string("the claims are wrong: ") + error.what());
    }
}

}  // namespace

bool Claims::has_scope(std::string_view wanted) const noexcept {
    std::string_view rest = scope;
    while (!rest.empty()) {
        const auto blank = rest.find(' ');
        if (rest.substr(0, blank) == wanted) return !wanted.empty();
        if (blank == rest.npos) break;
        rest.remove_prefix(blank + 1);
    }
    return false;
}

std::string sign_text(const SigningKey& key, std::string_view payload) {
    ObjectWriter header;
    header.add_text("alg", to_string(key.algorithm()));
    header.add_text("kid", key.id());
    header.add_text("typ", "JWT");
    std::string token = base::to_base64url(header.end());
    token += '.';
    token += base::to_base64url(payload);
    const std::string signature = key.sign(token);
    token += '.';
    token += base::to_base64url(signature);
    return token;
}

std::expected<std::string, JwtError> verify_text(std::string_view token, const KeySet& keys) {
    const auto parts = base::split(token, '.');
    if (parts.size() != 3) return refuse(Kind::malformed, "a token has three parts");
    const auto header_text = base::from_base64url(parts[0]);
    auto payload = base::from_base64url(parts[1]);
    const auto signature = base::from_base64url(parts[2]);
    if (!header_text || !payload || !signature) return refuse(Kind::malformed, "a part is not base64url");
    Header header;
    bool has_extensions = false;
    try {
        header = model::from_json<Header>(*header_text);
        has_extensions = model::from_json<Members>(*header_text).contains("crit");
    } catch (const model::ValidationError& error) {
        return refuse(Kind::malformed, std::string("the header is wrong: ") + error.what());
    }
    const auto algorithm = parse_algorithm(header.alg);
    if (!algorithm) return refuse(Kind::unsupported_algorithm, "the algorithm is " + header.alg);
    if (has_extensions) return refuse(Kind::unsupported_algorithm, "the header has critical extensions");
    const PublicKey* key = keys.find(header.kid, *algorithm);
    if (!key) return refuse(Kind::unknown_key, "there is no one key " + header.kid.value_or("without an id"));
    const std::string_view signed_part = token.substr(0, parts[0].size() + 1 + parts[1].size());
    if (!key->verify(signed_part, *signature)) return refuse(Kind::bad_signature, "the signature is wrong");
    return std::move(*payload);
}

std::string sign(const SigningKey& key, const Claims& claims) {
    ObjectWriter payload;
    payload.add_text("iss", claims.iss);
    payload.add_text("sub", claims.sub);
    payload.add_texts("aud", claims.aud);
    payload.add_time("exp", claims.exp);
    if (claims.nbf) payload.add_time("nbf", *claims.nbf);
    if (claims.iat) payload.add_time("iat", *claims.iat);
    payload.add_text("jti", claims.jti);
    payload.add_text("scope", claims.scope);
    payload.add_text("email", claims.email);
    for (const auto& [name, value] : claims.extra) {
        if (is_registered(name)) throw std::invalid_argument("the claim \"" + name + "\" has a member of its own");
        payload.add_text(name, value);
    }
    return sign_text(key, payload.end());
}

std::expected<Claims, JwtError> verify(std::string_view token, const KeySet& keys, const Expectations& expected) {
    const auto payload = verify_text(token, keys);
    if (!payload) return std::unexpected(payload.error());
    auto claims = read_claims(*payload);
    if (!claims) return claims;
    if (expected.now >= claims->exp + expected.leeway) {
        return refuse(Kind::expired, "expired at " + base::to_rfc3339(claims->exp));
    }
    if (claims->nbf && expected.now + expected.leeway < *claims->nbf) {
        return refuse(Kind::not_yet_valid, "not valid before " + base::to_rfc3339(*claims->nbf));
    }
    if (!expected.issuer.empty() && claims->iss != expected.issuer) {
        return refuse(Kind::wrong_issuer, "issued by " + claims->iss);
    }
    if (!expected.audience.empty() && std::ranges::find(claims->aud, expected.audience) == claims->aud.end()) {
        return refuse(Kind::wrong_audience, "not meant for " + std::string(expected.audience));
    }
    return claims;
}

}  // namespace chassis::security
