#include "chassis/discovery/service_client.hpp"

#include <algorithm>
#include <atomic>

#include "chassis/async/timer.hpp"

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

    bool succeeded() const noexcept { return reply && is_success(reply->status); }

    bool is_worth_repeating(bool idempotent) const noexcept {
        if (reply) return idempotent && is_overloaded_or_away(reply->status);
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
      body(std::move(reply.body)) {}

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
    std::atomic<std::size_t> turn{0};
};

ServiceClient::ServiceClient(http::Client& client, const Directory& directory, std::string service)
    : ServiceClient(client, directory, std::move(service), Settings{}) {}
ServiceClient::ServiceClient(http::Client& client, const Directory& directory, std::string service, Settings settings)
    : shared_(new Shared{client, directory, std::move(service), settings, resilience::RetryBudget(settings.budget)}) {}
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
    Shared& shared = *shared_;
    const auto deadline = async::Context::deadline_within(shared.settings.timeout);
    const bool idempotent = is_idempotent(call);
    const std::size_t turn = shared.turn.fetch_add(1, std::memory_order_relaxed);
    shared.budget.record_call();
    for (unsigned number = 1;; ++number) {
        // Asked each time: an endpoint that went away is not in the list any more.
        const auto endpoints = shared.directory.endpoints(shared.service);
        if (endpoints.empty()) {
            throw ServiceError(ServiceError::Kind::unavailable, shared.service, "the directory has no endpoint of it");
        }
        const Endpoint& endpoint = endpoints[(turn + number - 1) % endpoints.size()];
        http::ClientRequest request(call.method, endpoint.url() + call.path, call.body);
        request.headers = call.headers;
        request.idempotent = idempotent;
        request.timeout = std::min<std::chrono::nanoseconds>(shared.settings.attempt_timeout, deadline - Clock::now());
        if (request.timeout <= std::chrono::nanoseconds::zero()) {
            throw ServiceError(ServiceError::Kind::timeout, shared.service, "the deadline was over before the call");
        }
        Attempt attempt = co_await try_once(shared.client, std::move(request));
        if (attempt.succeeded()) co_return std::move(*attempt.reply);

        const auto pause = resilience::backoff(number, shared.settings.backoff);
        const bool repeat = number < shared.settings.attempts && attempt.is_worth_repeating(idempotent) &&
                            Clock::now() + pause < deadline && shared.budget.try_retry();
        if (!repeat) {
            if (attempt.reply) throw ServiceError(shared.service, std::move(*attempt.reply));
            const bool timed_out = attempt.error->kind == ClientError::Kind::timeout;
            throw ServiceError(timed_out ? ServiceError::Kind::timeout : ServiceError::Kind::unavailable,
                               shared.service, attempt.error->what());
        }
        co_await async::sleep_for(pause);
    }
}

}  // namespace chassis::discovery
