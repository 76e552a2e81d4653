// An HTTP/1.1 client with a pool of connections for each origin on each loop.
//
//     Client client({});
//     ClientRequest request(Method::post, "http://127.0.0.1:4002/v1/charges", to_json(charge));
//     request.timeout = 2s;
//     ClientResponse reply = co_await client.send(std::move(request));
//
// A call has one deadline over connecting, writing and reading: the earlier of its timeout and the Context's. It passes
// on `traceparent` and the remaining time as `X-Request-Deadline-Ms`. It is not retried, with one exception: a kept
// connection that turns out to be dead before any byte of a reply came is replaced once by a new one, when the request
// is idempotent.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "chassis/async/task.hpp"
#include "chassis/http/message.hpp"

namespace chassis::http {

// Made by its constructor, never by a braced list of members: GCC 12 copies such a list wrongly where it stands in a
// co_await expression.
struct ClientRequest {
    ClientRequest(Method method, std::string url) : method(method), url(std::move(url)) {}
    ClientRequest(Method method, std::string url, std::string body)
        : method(method), url(std::move(url)), body(std::move(body)) {}

    Method method;
    // "http://host:port/path?query"; the host may be an IPv6 address in brackets.
    std::string url;
    Headers headers;
    std::string body;
    // Of the body, when the headers do not say. Text that lives as long as the program.
    std::string_view content_type = "application/json";
    // Zero is Settings::timeout.
    std::chrono::nanoseconds timeout{};
    // Unset: what the method says. A POST with an idempotency key may say true.
    std::optional<bool> idempotent;
};

struct ClientResponse {
    int status = 0;
    Headers headers;
    std::string body;
};

// A call that brought no reply. Any reply, whatever its status, is a ClientResponse.
class ClientError : public std::runtime_error {
  public:
    enum class Kind : std::uint8_t {
        bad_request,  // the URL or a header cannot be sent
        resolve,      // the host's name has no address
        connect,      // nobody accepts the connection
        timeout,      // the deadline was over
        reset,        // the connection ended before the reply was complete
        protocol,     // what came is not an HTTP/1.1 reply
        too_large,    // the reply is larger than Settings::max_response_bytes
    };

    ClientError(Kind kind, bool maybe_sent, const std::string& message)
        : std::runtime_error(message), kind(kind), maybe_sent(maybe_sent) {}

    Kind kind;
    // False when the other side certainly saw nothing of the request, so that sending it again is safe.
    bool maybe_sent;
};

std::string_view to_string(ClientError::Kind kind) noexcept;

class Client {
  public:
    struct Settings {
        std::chrono::milliseconds timeout{10'000};
        std::chrono::milliseconds connect_timeout{2'000};
        // For each origin on each loop; a call beyond it waits for its turn, within its deadline.
        std::size_t max_connections = 64;
        // Kept connections are closed after this; shorter than the server's own idle timeout.
        std::chrono::milliseconds idle_timeout{30'000};
        std::size_t max_head_bytes = std::size_t{16} * 1024;
        std::size_t max_response_bytes = std::size_t{16} * 1024 * 1024;
    };

    explicit Client(Settings settings);
    // No call may be under way. Kept connections go with their loop or after their idle timeout.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Throws ClientError. On any loop.
    async::Task<ClientResponse> send(ClientRequest request);

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace chassis::http
