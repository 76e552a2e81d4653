// An HTTP/1.1 server: one listening socket, its connections spread over the loops of a service.
//
//     Server server({}, [](Request& request) -> Task<Response> {
//         co_return Response::json(R"({"path": "/"})");
//     });
//     server.listen("127.0.0.1", 8080);
//     server.start(loops.all());
//     ...
//     co_await server.drain(Context::Clock::now() + 20s);
//
// An accepted connection goes to the loop with the fewest and stays there. Requests that arrive together are answered
// together, in order, with one write. Every request runs in a Context of its own: the trace of its traceparent (or a
// new one), the deadline of its X-Request-Deadline-Ms within Settings::request_timeout, and a token that is marked when
// the client is gone or the deadline is over.
//
// What is not plainly framed (RFC 9112; see framing.hpp) is answered with 400 and the connection is closed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "chassis/async/loop.hpp"
#include "chassis/http/message.hpp"

namespace chassis::http {

// What is known of a request when its reply has been handed to the socket.
struct Completed {
    const Request& request;
    // The Context's route, empty when no route was found.
    std::string_view route;
    int status;
    std::chrono::nanoseconds duration;
    // Of the reply, head and body.
    std::size_t bytes;
};

class Server {
  public:
    // Called by all loops at once. It and its closure live as long as the server.
    using Handler = std::move_only_function<async::Task<Response>(Request&) const>;

    struct Settings {
        // Beyond these: 431, 431 and 413.
        std::size_t max_head_bytes = std::size_t{16} * 1024;
        std::size_t max_headers = 100;
        std::size_t max_body_bytes = std::size_t{1024} * 1024;
        // Beyond it a connection gets 503 with Retry-After and is closed.
        std::size_t max_connections = 10'000;
        // From the first byte of a head (the accept, for a connection's first) to its end; then 408.
        std::chrono::milliseconds head_timeout{10'000};
        // Without a request on a kept connection; longer than that of the balancer in front.
        std::chrono::milliseconds idle_timeout{75'000};
        // For the body (408), then for the handler (503, its Context marked as cancelled), then for the client to take
        // the reply. Also the bound of X-Request-Deadline-Ms.
        std::chrono::milliseconds request_timeout{30'000};
        // Whether X-Request-Deadline-Ms is read. Where strangers call, they do not say how long a service of ours has.
        bool reads_deadlines = true;
        // What a handler has beyond its deadline to answer by itself.
        std::chrono::milliseconds deadline_grace{500};
        // How long drain() goes on accepting, until the balancer has noticed.
        std::chrono::milliseconds drain_delay{0};
        // Both are called on the loops, in the request's Context. on_error gets what a handler threw other than an
        // HttpError; its reply is 500. Without one it is logged.
        std::move_only_function<void(const Request&, std::exception_ptr) const> on_error{};
        std::move_only_function<void(const Completed&) const> on_complete{};
    };

    Server(Settings settings, Handler handler);
    // Drained, or its loops no longer run.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Port 0 takes a free one. Throws std::system_error, whose message names the address.
    void listen(const std::string& address, std::uint16_t port);
    // A socket that listens already, inherited from a supervisor. The server owns it from here on.
    void adopt(int listening_socket);
    std::uint16_t port() const;

    // From any thread, once; the loops outlive the server's connections.
    void start(std::span<async::Loop* const> loops);

    // On one of the loops: from now on replies say "Connection: close"; accepts for another drain_delay; then idle
    // connections are closed and the others awaited until `deadline`, when they are cut. False when handlers are still
    // at work even so: their frames are not destroyed.
    async::Task<bool> drain(std::chrono::steady_clock::time_point deadline);

    std::size_t connections() const noexcept;

  private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

}  // namespace chassis::http
