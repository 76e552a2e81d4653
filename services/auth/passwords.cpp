#include "services/auth/passwords.hpp"

#include "chassis/http/message.hpp"
#include "chassis/security/password.hpp"
#include "chassis/security/secret.hpp"

namespace auth {

namespace {

using namespace chassis;
using resilience::ConcurrencyLimit;

ConcurrencyLimit::Entry enter(ConcurrencyLimit& places) {
    auto entry = places.try_enter();
    if (!entry) throw HttpError{503, "Too many are logging in"}.header("Retry-After", "1");
    return std::move(*entry);
}

}  // namespace

Passwords::Passwords(unsigned threads, unsigned most)
    : places_(most), workers_(threads), nobodys_(security::hash_password(security::random_secret())) {}

Task<std::string> Passwords::hash(std::string password) {
    const auto place = enter(places_);
    auto hashed = co_await workers_.run([&] { return security::hash_password(password); });
    co_return hashed;
}

Task<bool> Passwords::is_right(std::optional<std::string> stored, std::string password) {
    const auto place = enter(places_);
    const bool right =
        co_await workers_.run([&] { return security::verify_password(stored.value_or(nobodys_), password); });
    if (!stored) co_return false;
    co_return right;
}

}  // namespace auth
