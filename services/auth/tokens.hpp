// The tokens that auth gives out: JWTs signed with a key that never leaves this service.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "chassis/base/clock.hpp"
#include "chassis/security/jwt.hpp"
#include "services/auth/accounts.hpp"

namespace auth {

class Tokens {
  public:
    static constexpr std::chrono::seconds lifetime{3600};

    explicit Tokens(chassis::security::SigningKey key);

    std::string token_for(const Account& account, chassis::base::Time now) const;
    // Whose token it is; nothing when it is not valid.
    std::optional<contracts::CustomerId> owner_of(std::string_view token, chassis::base::Time now) const;
    // The public half, as a JWKS document.
    const std::string& jwks() const { return jwks_; }

  private:
    chassis::security::SigningKey key_;
    chassis::security::KeySet public_keys_;
    std::string jwks_;
};

// The key in `file`, made and stored for its owner only when there is none.
chassis::security::SigningKey kept_key(const std::filesystem::path& file);

}  // namespace auth
