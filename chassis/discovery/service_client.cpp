#include "chassis/discovery/service_client.hpp"

#include <algorithm>
#include <atomic>

#include "chassis/async/timer.hpp"
#include "chassis/discovery/endpoint_breakers.hpp"

namespace chassis::discovery {
namespace {

using Clock = async::Context::Clock;
using http::ClientError;

struct Detail {
    std::string detail;
};

bool is_success(int status) noexcept { return status >= 200 && status < 300; }
bool is_overloaded_or_away(int status) noexcept { return status == 502 || status == 503 || status == 504; }

bool is_idempotent(const Call& call) {
    return call.idempotent.value_or(http::is_idempotent(call.method) ||
                                    call.headers.get("Idempotency-Key").has_value());
}

// What one attempt brought.
struct Attempt {
    std::optional<http::ClientResponse> reply;
    std::optional<ClientError> error;

    // Any reply tells that the endpoint is there. A timeout tells something about it only when it had the time that we
    // give it, and not what was left of somebody's deadline.
    void judge(resilience::CircuitBreaker::Permit& permit, bool had_its_time) const noexcept {
        if (reply || error->kind == ClientError::Kind::too_large) return permit.succeeded();
        if (error->kind == ClientError::Kind::bad_request) return;
        if (error->kind == ClientError::Kind::timeout && !had_its_time) return;
        permit.failed();
    }

    bool is_worth_repeating(bool idempotent, bool repeat_replies) const noexcept {
        if (reply) return repeat_replies && idempotent && is_overloaded_or_away(reply->status);
        switch (error->kind) {
            case ClientError::Kind::resolve:
            case ClientError::Kind::connect:
            case ClientError::Kind::timeout:
            case ClientError::Kind::reset:
                return idempotent || !error->maybe_sent;
            default:
                return false;
        }
    }
};

ServiceError::Kind kind_of(const ClientError& error) {
    switch (error.kind) {
        case ClientError::Kind::timeout:
            return ServiceError::Kind::timeout;
        case ClientError::Kind::resolve:
        case ClientError::Kind::connect:
            return ServiceError::Kind::unavailable;
        default:
            return error.maybe_sent ? ServiceError::Kind::broken : ServiceError::Kind::unavailable;
    }
}

async::Task<Attempt> try_once(http::Client& client, http::ClientRequest request) {
    Attempt attempt;
    try {
        attempt.reply = co_await client.send(std::move(request));
    } catch (const ClientError& error) {
        attempt.error = error;
    }
    co_return attempt;
}

}  // namespace

ServiceError::ServiceError(Kind kind, std::string service, const std::string& why)
    : std::runtime_error(service + ": " + why), kind(kind), service(std::move(service)) {}

ServiceError::ServiceError(std::string service, http::ClientResponse reply)
    : std::runtime_error(service + " answered " + std::to_string(reply.status)),
      kind(Kind::refused),
      service(std::move(service)),
      status(reply.status),
      body(std::move(reply.body)),
      retry_after(reply.headers.get("Retry-After").value_or("")) {}

std::string ServiceError::detail() const {
    try {
        return model::from_json<Detail>(body).detail;
    } catch (const model::ValidationError&) {
        return {};
    }
}

struct ServiceClient::Shared {
    http::Client& client;
    const Directory& directory;
    std::string service;
    Settings settings;
    resilience::RetryBudget budget;
    EndpointBreakers breakers;
    std::atomic<std::size_t> turn{0};
};

ServiceClient::ServiceClient(http::Client& client, const Directory& directory, std::string service)
    : ServiceClient(client, directory, std::move(service), Settings{}) {}
ServiceClient::ServiceClient(http::Client& client, const Directory& directory, std::string service, Settings settings)
    : shared_(new Shared{client, directory, std::move(service), settings, resilience::RetryBudget(settings.budget),
                         EndpointBreakers(settings.breaker)}) {}
ServiceClient::ServiceClient(ServiceClient&&) noexcept = default;
ServiceClient& ServiceClient::operator=(ServiceClient&&) noexcept = default;
ServiceClient::~ServiceClient() = default;

const std::string& ServiceClient::service() const noexcept { return shared_->service; }

Call ServiceClient::with(http::Method method, std::string path, std::string body, http::Headers headers) {
    Call call(method, std::move(path), std::move(body));
    call.headers = std::move(headers);
    return call;
}

void ServiceClient::unreadable(const std::exception& error) const {
    throw ServiceError(ServiceError::Kind::unreadable, shared_->service,
                       std::string("the reply is not what was promised: ") + error.what());
}

async::Task<> ServiceClient::del(std::string path, http::Headers headers) const {
    co_await send(with(http::Method::delete_, std::move(path), {}, std::move(headers)));
}

async::Task<http::ClientResponse> ServiceClient::send(Call call) const {
    http::ClientResponse reply = co_await exchange(std::move(call), true);
    if (!is_success(reply.status)) throw ServiceError(shared_->service, std::move(reply));
    co_return reply;
}

async::Task<http::ClientResponse> ServiceClient::forward(Call call) const { return exchange(std::move(call), false); }

async::Task<http::ClientResponse> ServiceClient::exchange(Call call, bool repeat_replies) const {
    Shared& shared = *shared_;
    const auto own_deadline = Clock::now() + shared.settings.timeout;
    const auto deadline = std::min(own_deadline, async::Context::current_deadline());
    const bool idempotent = is_idempotent(call);
    const std::size_t turn = shared.turn.fetch_add(1, std::memory_order_relaxed);
    shared.budget.record_call();
    for (unsigned number = 1;; ++number) {
        // Asked each time: an endpoint that went away is not in the list any more.
        const auto endpoints = shared.directory.endpoints(shared.service);
        if (endpoints.empty()) {
            throw ServiceError(ServiceError::Kind::unavailable, shared.service, "the directory has no endpoint of it");
        }
        const std::chrono::nanoseconds left = deadline - Clock::now();
        if (left <= std::chrono::nanoseconds::zero()) {
            throw ServiceError(ServiceError::Kind::timeout, shared.service, "the deadline was over before the call");
        }
        auto choice = shared.breakers.choose(endpoints, turn + number - 1);
        if (!choice) {
            throw ServiceError(ServiceError::Kind::unavailable, shared.service,
                               "it kept failing and is left alone for a moment");
        }
        http::ClientRequest request(call.method, choice->endpoint.url() + call.path, call.body);
        request.headers = call.headers;
        request.idempotent = idempotent;
        request.timeout = std::min<std::chrono::nanoseconds>(shared.settings.attempt_timeout, left);
        const bool has_its_time = deadline == own_deadline || left >= shared.settings.attempt_timeout;
        Attempt attempt = co_await try_once(shared.client, std::move(request));
        attempt.judge(choice->permit, has_its_time);

        const bool worth = attempt.is_worth_repeating(idempotent, repeat_replies);
        const auto pause = resilience::backoff(number, shared.settings.backoff);
        const bool repeat =
            worth && number < shared.settings.attempts && Clock::now() + pause < deadline && shared.budget.try_retry();
        if (!repeat) {
            if (attempt.reply) co_return std::move(*attempt.reply);
            throw ServiceError(kind_of(*attempt.error), shared.service, attempt.error->what());
        }
        choice.reset();
        co_await async::sleep_for(pause);
    }
}

}  // namespace chassis::discovery
