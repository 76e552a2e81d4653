#include "services/auth/tokens.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

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
    if (std::ifstream kept(file); kept) {
        return security::SigningKey::from_pem(std::string{std::istreambuf_iterator<char>(kept), {}});
    }
    auto key = security::SigningKey::generate(security::Algorithm::eddsa);
    const std::string pem = key.to_pem();
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    // Written whole before it has its name: a half-written key would lock everybody out.
    const auto unfinished = file.string() + ".new";
    const int out = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written =
        out >= 0 && ::write(out, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()) && ::fsync(out) == 0;
    const int error = errno;
    if (out >= 0) ::close(out);
    if (!written) throw std::system_error(error, std::generic_category(), "cannot write " + unfinished);
    std::filesystem::rename(unfinished, file);
    return key;
}

}  // namespace auth
