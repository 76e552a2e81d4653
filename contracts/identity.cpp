#include "contracts/identity.hpp"

#include <chrono>
#include <mutex>
#include <utility>

#include "chassis/async/signal.hpp"
#include "chassis/security/jwt.hpp"
#include "chassis/telemetry/log.hpp"

namespace contracts {

namespace {

using namespace chassis;
using namespace std::chrono_literals;

using KeysPointer = std::shared_ptr<const security::KeySet>;

// So that tokens with made-up key ids do not make us ask auth for each of them.
constexpr auto pause_after_an_answer = 5s;
constexpr auto pause_after_a_failure = 1s;
// How long a request waits for the answer to another one's question.
constexpr auto patience = 5s;

HttpError nobody_can_be_checked() {
    return HttpError{503, "Nobody can be authenticated at the moment"}.header("Retry-After", "1");
}

HttpError not_authenticated(const std::string& why) {
    return HttpError{401, "Not authenticated"}.log(why).header("WWW-Authenticate", "Bearer");
}

}  // namespace

struct Identity::Keys {
    // One question to auth, whose answer everybody awaits who needs it.
    struct Question {
        async::Signal answered;
    };

    Keys(discovery::ServiceClient client, const Clock& now) : auth(std::move(client)), clock(now) {}

    KeysPointer known() {
        const std::lock_guard guard(mutex);
        return last_good;
    }

    // The keys as auth publishes them now, or did a moment ago; null when it does not answer.
    Task<KeysPointer> refreshed() {
        std::shared_ptr<Question> question;
        bool is_ours = false;
        {
            const std::lock_guard guard(mutex);
            if (!under_way && clock.now() < ask_again_at) co_return newest;
            is_ours = !under_way;
            if (is_ours) under_way = std::make_shared<Question>();
            question = under_way;
        }
        if (is_ours) {
            auto answer = co_await ask();
            settle(answer);
            co_return answer;
        }
        const bool answered = co_await question->answered.wait_until(Context::deadline_within(patience));
        if (!answered) co_return nullptr;
        // A notification that comes while nobody waits is kept for one: each hands it on to the next.
        question->answered.notify();
        const std::lock_guard guard(mutex);
        co_return newest;
    }

    // Others wait for the answer too: it does not end with the request that happened to be the first.
    Task<KeysPointer> ask() {
        Context context;
        if (const Context* current = Context::current()) context.trace = current->trace;
        const Context::Scope scope(context);
        KeysPointer answer;
        try {
            const auto reply = co_await auth.send(discovery::Call(Method::get, "/.well-known/jwks.json"));
            answer = std::make_shared<const security::KeySet>(security::KeySet::parse(reply.body));
        } catch (const std::exception& error) {
            log_warning("the keys of auth could not be fetched", {{"error", error.what()}});
        }
        co_return answer;
    }

    void settle(const KeysPointer& answer) {
        const std::lock_guard guard(mutex);
        newest = answer;
        if (answer) last_good = answer;
        ask_again_at = clock.now() + (answer ? pause_after_an_answer : pause_after_a_failure);
        std::exchange(under_way, nullptr)->answered.notify();
    }

    discovery::ServiceClient auth;
    const Clock& clock;
    std::mutex mutex;
    KeysPointer newest;  // null when auth did not answer the last time
    KeysPointer last_good;
    Time ask_again_at{};
    std::shared_ptr<Question> under_way;
};

Identity::Identity(discovery::ServiceClient auth, const Clock& clock)
    : keys_(std::make_unique<Keys>(std::move(auth), clock)) {}

Identity::~Identity() = default;

Task<CurrentUser> Identity::check(std::string token) const {
    const security::Expectations expected{
        .issuer = token_issuer, .audience = token_audience, .now = keys_->clock.now()};
    auto keys = keys_->known();
    if (!keys) keys = co_await keys_->refreshed();
    if (!keys) throw nobody_can_be_checked();
    auto claims = security::verify(token, *keys, expected);
    if (!claims && claims.error().kind == security::JwtError::Kind::unknown_key) {
        keys = co_await keys_->refreshed();
        if (!keys) throw nobody_can_be_checked();
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
