#include "chassis/app/idempotency.hpp"

#include <algorithm>

#include "chassis/app/app.hpp"
#include "chassis/app/claim_table.hpp"
#include "chassis/async/context.hpp"
#include "chassis/base/text.hpp"
#include "chassis/security/hmac.hpp"

namespace chassis::app {
namespace {

constexpr std::size_t longest_key = 255;

// The table of an app, one for all of its routes.
class Claims final : public Part {
  public:
    explicit Claims(database::Database& database) : table(database), engine_(database.engine()) {}

    async::Task<> start() override {
        // The process that owns the file is the only one: whoever held a claim before it is dead.
        if (engine_ == database::EngineKind::sqlite) co_await table.release_all();
    }
    async::Task<> stop() override { co_return; }

    ClaimTable table;

  private:
    database::EngineKind engine_;
};

std::string fingerprint_of(const http::Request& request) {
    std::string text(request.target);
    text += '\n';
    text += request.body;
    return base::to_hex(security::sha256(text));
}

std::string principal_of(const Call& call) {
    for (std::size_t step = 0; step < call.plan().steps.size(); ++step) {
        const auto& [provider, offset] = call.plan().steps[step];
        if (!provider->tells_principal() || !call.is_made(step)) continue;
        return provider->principal(call.value_of(step)).value_or("");
    }
    return {};
}

std::string key_of(const http::Request& request) {
    if (request.headers.count("Idempotency-Key") > 1) throw http::HttpError{400, "Idempotency-Key is given twice"};
    const std::string_view key = base::trim(request.headers.get("Idempotency-Key").value_or(""));
    if (key.empty()) throw http::HttpError{400, "Idempotency-Key is required: one value for all repeats of a request"};
    if (key.size() > longest_key) throw http::HttpError{400, "Idempotency-Key is longer than 255 characters"};
    return std::string(key);
}

http::Response replay(const ClaimTable::Stored& stored) {
    http::Response response;
    response.status = stored.status;
    for (std::string_view rest = stored.headers; !rest.empty();) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        const std::size_t colon = line.find(':');
        response.headers.append(line.substr(0, colon), base::trim(line.substr(colon + 1)));
        rest.remove_prefix(end + 2);
    }
    if (!stored.content_type.empty()) response.headers.set("Content-Type", stored.content_type);
    response.headers.append("Idempotent-Replayed", "true");
    response.body = stored.body;
    return response;
}

[[noreturn]] void refuse_at_work(base::Time lease_until, base::Time now) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(lease_until - now).count();
    throw http::HttpError{409, "A request with this Idempotency-Key is still being worked on"}.header(
        "Retry-After", std::to_string(std::clamp<std::int64_t>(left, 1, 5)));
}

class IdempotencyGuard final : public Guard {
  public:
    IdempotencyGuard(ClaimTable& table, std::string route, IdempotencySettings settings)
        : table_(table), route_(std::move(route)), settings_(settings) {}

    async::Task<std::optional<http::Response>> before(Call& call) override {
        auto& state = state_of(call.request);
        state.route = route_;
        state.key = key_of(call.request);
        state.principal = principal_of(call);
        state.fingerprint = fingerprint_of(call.request);
        state.success = call.operation.success;
        async::Task<ClaimTable::Found> claiming = table_.claim(state, settings_);
        const ClaimTable::Found found = co_await claiming;
        switch (found.kind) {
            case ClaimTable::Found::Kind::ours:
                break;
            case ClaimTable::Found::Kind::done:
                co_return replay(found.reply);
            case ClaimTable::Found::Kind::at_work:
                refuse_at_work(found.lease_until, settings_.clock->now());
            case ClaimTable::Found::Kind::another_request:
                throw http::HttpError{422, "This Idempotency-Key was used for another request"};
        }
        co_return std::nullopt;
    }

    async::Task<> after(Call& call, http::Response& response) override {
        // The claim is settled though the request's deadline is over or its client gone: only its trace goes on.
        async::Context context;
        if (const auto* outer = async::Context::current()) context.trace = outer->trace;
        const async::Context::Scope scope(context);
        const auto& state = state_of(call.request);
        if (response.status >= 400) {
            co_await table_.release(state, response.status < 500);
            co_return;
        }
        async::Task<bool> completing = table_.complete(state, response);
        const bool ours = co_await completing;
        if (!ours) throw ClaimLost();
    }

  private:
    // A handler that takes its Claim has made it already.
    static detail::ClaimState& state_of(http::Request& request) {
        auto* made = request.extensions.get<detail::ClaimState>();
        return made != nullptr ? *made : request.extensions.emplace<detail::ClaimState>();
    }

    ClaimTable& table_;
    const std::string route_;
    const IdempotencySettings settings_;
};

class IdempotencyMaker final : public GuardMaker {
  public:
    explicit IdempotencyMaker(const IdempotencySettings& settings) : settings_(settings) {}

    std::unique_ptr<Guard> make(App& app, const Endpoint& endpoint, Description& description) override {
        auto tells = [](const ProviderPlan::Step& step) { return step.provider->tells_principal(); };
        if (!settings_.anonymous && std::ranges::none_of(endpoint.plan.steps, tells)) {
            description.problem(
                "is .idempotent(), but no provider says who the caller is: what it gives has std::string principal() "
                "const; or say .idempotent({.anonymous = true})");
        }
        describe(description);
        if (app.database() == nullptr) {
            description.problem("is .idempotent(), but the app uses no database: app.use(database)");
            return nullptr;
        }
        auto* claims = app.find_part<Claims>();
        if (claims == nullptr) claims = &app.add(std::make_unique<Claims>(*app.database()));
        return std::make_unique<IdempotencyGuard>(claims->table, description.operation.name(), settings_);
    }

  private:
    static void describe(Description& description) {
        description.parameter({"Idempotency-Key", "header", true, R"({"type":"string","minLength":1,"maxLength":255})",
                               "One value for all repeats of a request; a repeat gets the first one's reply"});
        description.error(400);
        description.error(409);
        description.error(422);
        description.header(409, "Retry-After", "Seconds after which a repeat is worth while");
        for (auto& [status, reply] : description.operation.replies) {
            if (status < 300) description.header(status, "Idempotent-Replayed", "true for a repeated request");
        }
    }

    IdempotencySettings settings_;
};

}  // namespace

ClaimLost::ClaimLost() : HttpError(409, "Another attempt with this Idempotency-Key has taken over") {
    headers.append("Retry-After", "1");
    log_text = "claim lost to another attempt";
}

Route& Route::idempotent() { return idempotent(IdempotencySettings{}); }

Route& Route::idempotent(const IdempotencySettings& settings) {
    guard_maker_ = std::make_unique<IdempotencyMaker>(settings);
    return *this;
}

}  // namespace chassis::app
