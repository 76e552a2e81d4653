// Typed calls to one service.
//
//     ServiceClient product(client, directory, "product");
//     Product socks = co_await product.get<Product>("/v1/products/1");
//     Reservation held = co_await product.put<Reservation>("/v1/reservations/" + id, wanted, {{"X-Service-Token",
//     token}});
//
// A reply other than 2xx and no reply at all are a ServiceError. The README says when a call is repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "chassis/discovery/directory.hpp"
#include "chassis/http/client.hpp"
#include "chassis/model/json.hpp"
#include "chassis/resilience/backoff.hpp"
#include "chassis/resilience/circuit_breaker.hpp"
#include "chassis/resilience/retry_budget.hpp"

namespace chassis::discovery {

class ServiceError : public std::runtime_error {
  public:
    enum class Kind : std::uint8_t {
        unavailable,  // nobody is there: the call did not arrive
        broken,       // no whole reply came back; the call may have had its effect
        timeout,      // the deadline was over first
        refused,      // a reply with a status other than 2xx
        unreadable,   // a 2xx whose body is not what was promised
    };

    ServiceError(Kind kind, std::string service, const std::string& why);
    /// Refused.
    ServiceError(std::string service, http::ClientResponse reply);

    Kind kind;
    std::string service;
    /// 0 when there was no reply.
    int status = 0;
    std::string body{};
    /// The field Retry-After; empty when there was none.
    std::string retry_after{};

    /// The text of {"detail": "..."}, empty when the body is something else.
    [[nodiscard]] std::string detail() const;
};

/// One call. Made by its constructor: GCC 12 copies a braced list of members wrongly inside a co_await expression.
struct Call {
    Call(http::Method method, std::string path, std::string body = {})
        : method(method), path(std::move(path)), body(std::move(body)) {}

    http::Method method;
    /// With its query: "/v1/products?ids=1,2".
    std::string path;
    http::Headers headers;
    std::string body;
    /// Unset: what the method says, and true with an Idempotency-Key.
    std::optional<bool> idempotent;
};

class ServiceClient {
  public:
    struct Settings {
        /// Of a call with all its repeats; the Context's deadline may be earlier.
        std::chrono::milliseconds timeout{5'000};
        /// Of one attempt.
        std::chrono::milliseconds attempt_timeout{2'000};
        unsigned attempts = 3;
        resilience::BackoffSettings backoff{.base = std::chrono::milliseconds(20),
                                            .cap = std::chrono::milliseconds(500)};
        resilience::RetryBudget::Settings budget{};
        /// Of each endpoint. It opens before what has failed so far has used up the budget's reserve, and closes soon:
        /// a service that is started again is back within a second.
        resilience::CircuitBreaker::Settings breaker{.least_calls = 10, .open_for = std::chrono::seconds(1)};
    };

    /// The client and the directory outlive it.
    ServiceClient(http::Client& client, const Directory& directory, std::string service);
    ServiceClient(http::Client& client, const Directory& directory, std::string service, Settings settings);
    ServiceClient(ServiceClient&&) noexcept;
    ServiceClient& operator=(ServiceClient&&) noexcept;
    ~ServiceClient();

    /// The body of the reply as a T. `path` has its placeholders percent-encoded.
    template <class T>
    [[nodiscard]] async::Task<T> get(std::string path, http::Headers headers = {}) const {
        return typed<T>(with(http::Method::get, std::move(path), {}, std::move(headers)));
    }
    template <class T, class Body>
    [[nodiscard]] async::Task<T> post(std::string path, const Body& body, http::Headers headers = {}) const {
        return typed<T>(with(http::Method::post, std::move(path), model::to_json(body), std::move(headers)));
    }
    template <class T, class Body>
    [[nodiscard]] async::Task<T> put(std::string path, const Body& body, http::Headers headers = {}) const {
        return typed<T>(with(http::Method::put, std::move(path), model::to_json(body), std::move(headers)));
    }
    /// DELETE; the body of the reply is not looked at.
    [[nodiscard]] async::Task<> del(std::string path, http::Headers headers = {}) const;

    /// The reply, which is a 2xx.
    [[nodiscard]] async::Task<http::ClientResponse> send(Call call) const;
    /// For who passes on another's request: the reply, whatever its status. A reply is never asked for again, since who
    /// asked first will decide that.
    [[nodiscard]] async::Task<http::ClientResponse> forward(Call call) const;

    [[nodiscard]] const std::string& service() const noexcept;

  private:
    struct Shared;

    [[nodiscard]] async::Task<http::ClientResponse> exchange(Call call, bool repeat_replies) const;
    static Call with(http::Method method, std::string path, std::string body, http::Headers headers);
    [[noreturn]] void unreadable(const std::exception& error) const;

    template <class T>
    async::Task<T> typed(Call call) const {
        http::ClientResponse reply = co_await send(std::move(call));
        try {
            co_return model::from_json<T>(reply.body);
        } catch (const model::ValidationError& error) {
            unreadable(error);
        }
    }

    std::unique_ptr<Shared> shared_;
};

}  // namespace chassis::discovery

namespace chassis {
using discovery::ServiceClient;
using discovery::ServiceError;
}  // namespace chassis
