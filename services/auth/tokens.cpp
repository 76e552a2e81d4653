#include "services/auth/tokens.hpp"

#include "chassis/base/file.hpp"
#include "contracts/identity.hpp"

namespace auth {

namespace security = chassis::security;

Tokens::Tokens(security::SigningKey key) : key_(std::move(key)) {
    public_keys_.add(key_);
    jwks_ = public_keys_.to_json();
}

std::string Tokens::token_for(const Account& account, chassis::base::Time now) const {
    return security::sign(key_, {.iss = contracts::token_issuer,
                                 .sub = to_string(account.id),
                                 .aud = {contracts::token_audience},
                                 .exp = now + lifetime,
                                 .iat = now,
                                 .jti = to_string(chassis::Uuid::random()),
                                 .email = account.email});
}

std::optional<contracts::CustomerId> Tokens::owner_of(std::string_view token, chassis::base::Time now) const {
    const auto claims = security::verify(
        token, public_keys_, {.issuer = contracts::token_issuer, .audience = contracts::token_audience, .now = now});
    if (!claims) return std::nullopt;
    const auto id = chassis::Uuid::parse(claims->sub);
    if (!id) return std::nullopt;
    return contracts::CustomerId{*id};
}

security::SigningKey kept_key(const std::filesystem::path& file) {
    if (const auto pem = chassis::base::read_file(file)) return security::SigningKey::from_pem(*pem);
    auto key = security::SigningKey::generate(security::Algorithm::eddsa);
    chassis::base::write_file(file, key.to_pem());
    return key;
}

}  // namespace auth
