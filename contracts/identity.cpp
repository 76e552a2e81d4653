#include "contracts/identity.hpp"

#include <chrono>
#include <mutex>

#include "chassis/async/signal.hpp"
#include "chassis/security/jwt.hpp"
#include "chassis/telemetry/log.hpp"

namespace contracts {

namespace {

using namespace chassis;
using namespace std::chrono_literals;

// So that tokens with made-up key ids do not make us ask auth for each of them.
constexpr auto pause_between_questions = 5s;

HttpError not_authenticated(const std::string& why) {
    return HttpError{401, "Not authenticated"}.log(why).header("WWW-Authenticate", "Bearer");
}

}  // namespace

struct Identity::Keys {
    Keys(discovery::ServiceClient client, const Clock& now) : auth(std::move(client)), clock(now) {}

    std::shared_ptr<const security::KeySet> known() {
        const std::lock_guard guard(mutex);
        return keys;
    }

    // The keys as auth publishes them now, or those that were known when it does not answer or was asked just before.
    // Auth is asked once for all who want to know at the same time.
    Task<std::shared_ptr<const security::KeySet>> refreshed() {
        switch (begin()) {
            case Turn::ask:
                co_await ask();
                break;
            case Turn::wait:
                while (is_asking()) co_await answered.wait_for(50ms);
                break;
            case Turn::too_soon:
                break;
        }
        co_return known();
    }

    enum class Turn { ask, wait, too_soon };

    Turn begin() {
        const std::lock_guard guard(mutex);
        if (asking) return Turn::wait;
        if (keys && clock.now() < asked_at + pause_between_questions) return Turn::too_soon;
        asking = true;
        asked_at = clock.now();
        return Turn::ask;
    }

    bool is_asking() {
        const std::lock_guard guard(mutex);
        return asking;
    }

    Task<> ask() {
        try {
            const auto reply = co_await auth.send(discovery::Call(Method::get, "/.well-known/jwks.json"));
            auto fresh = std::make_shared<const security::KeySet>(security::KeySet::parse(reply.body));
            const std::lock_guard guard(mutex);
            keys = std::move(fresh);
        } catch (const std::exception& error) {
            log_warning("the keys of auth could not be fetched", {{"error", error.what()}});
        }
        {
            const std::lock_guard guard(mutex);
            asking = false;
        }
        answered.notify();
    }

    discovery::ServiceClient auth;
    const Clock& clock;
    std::mutex mutex;
    std::shared_ptr<const security::KeySet> keys;
    Time asked_at{};
    bool asking = false;
    async::Signal answered;
};

Identity::Identity(discovery::ServiceClient auth, const Clock& clock)
    : keys_(std::make_unique<Keys>(std::move(auth), clock)) {}

Identity::~Identity() = default;

Task<CurrentUser> Identity::check(std::string token) const {
    const security::Expectations expected{
        .issuer = token_issuer, .audience = token_audience, .now = keys_->clock.now()};
    auto keys = keys_->known();
    if (!keys) keys = co_await keys_->refreshed();
    if (!keys) throw HttpError{503, "Nobody can be authenticated at the moment"}.header("Retry-After", "1");
    auto claims = security::verify(token, *keys, expected);
    if (!claims && claims.error().kind == security::JwtError::Kind::unknown_key) {
        keys = co_await keys_->refreshed();
        claims = security::verify(token, *keys, expected);
    }
    if (!claims) throw not_authenticated(claims.error().message);
    const auto id = Uuid::parse(claims->sub);
    if (!id) throw not_authenticated("the token's subject is no customer: " + claims->sub);
    co_return CurrentUser{CustomerId{*id}, std::move(claims->email), std::move(token)};
}

Task<CurrentUser> authenticate(Headers<Bearer> header, const Identity& identity) {
    return identity.check(std::move(header->token));
}

}  // namespace contracts
