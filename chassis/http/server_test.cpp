#include "chassis/http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "chassis/async/signal.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/http/test_socket.hpp"

namespace chassis::http {
namespace {

using namespace std::chrono_literals;
using async::Context;

// Awaits a task on a loop from the test's thread.
template <class T>
T wait_for(async::Loop& loop, Task<T> task) {
    std::promise<T> promise;
    auto fulfil = [](Task<T> task, std::promise<T>& promise) -> Task<> {
        T value = co_await task;
        promise.set_value(std::move(value));
    };
    loop.spawn(fulfil(std::move(task), promise));
    return promise.get_future().get();
}

// Answers with what it was sent; paths beginning with /then do more.
class ServerTest : public testing::Test {
  protected:
    Task<Response> handle(Request& request) {
        if (request.path == "/missing") throw HttpError{404, "Not found"};
        if (request.path == "/broken") throw std::runtime_error("out of socks");
        if (request.path == "/slow") co_await gate.wait();
        if (request.path == "/sleep") co_await async::sleep_for(2ms);
        if (request.path == "/large") co_return Response::text(200, std::string(8'000'000, 'x'));
        if (request.path == "/empty") co_return Response{.status = 204};
        std::string body = request.take_buffer();
        body.append(to_string(request.method)).append(" ").append(request.target).append(" ").append(request.body);
        co_return Response::text(200, std::move(body));
    }

    void start(Server::Settings settings = {}) {
        start(std::move(settings), [this](Request& request) { return handle(request); });
    }
    void start(Server::Settings settings, Server::Handler handler) {
        server.emplace(std::move(settings), std::move(handler));
        server->listen("127.0.0.1", 0);
        server->start(loops.all());
        port = server->port();
    }
    TestSocket connect() { return TestSocket::connect(port); }

    bool drain(std::chrono::nanoseconds patience = 10s) {
        return wait_for(loops[0], server->drain(Context::Clock::now() + patience));
    }
    void TearDown() override {
        gate.notify();
        if (server) {
            EXPECT_TRUE(drain());
        }
    }

    async::Loops loops{2};
    async::Signal gate;
    std::optional<Server> server;
    std::uint16_t port = 0;
};

std::string get(std::string_view path, std::string_view fields = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

std::string body_of(const std::string& reply) {
    auto end = reply.find("\r\n\r\n");
    return end == reply.npos ? "" : reply.substr(end + 4);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_F(ServerTest, a_reply_has_status_date_type_length_and_body) {
    start();
    auto socket = connect();
    socket.send(get("/hello?x=1"));
    std::string reply = socket.reply();
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << reply;
    EXPECT_TRUE(contains(reply, " GMT\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 15\r\n\r\n"))
        << reply;
    EXPECT_EQ(body_of(reply), "GET /hello?x=1 ");
}

TEST_F(ServerTest, a_connection_is_kept_for_many_requests) {
    start();
    auto socket = connect();
    for (int i = 0; i < 100; ++i) {
        std::string path = "/" + std::to_string(i);
        socket.send(get(path));
        EXPECT_EQ(body_of(socket.reply()), "GET " + path + " ");
    }
    EXPECT_EQ(server->connections(), 1u);
}

TEST_F(ServerTest, pipelined_requests_are_answered_in_order_even_when_the_first_waits) {
    start();
    auto socket = connect();
    std::string all;
    for (int i = 0; i < 300; ++i) all += get(i % 50 == 0 ? "/sleep?" + std::to_string(i) : "/" + std::to_string(i));
    socket.send(all);
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(body_of(socket.reply()),
                  "GET /" + std::string(i % 50 == 0 ? "sleep?" : "") + std::to_string(i) + " ");
    }
}

TEST_F(ServerTest, a_request_may_come_byte_by_byte) {
    start();
    auto socket = connect();
    std::string text = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (char byte : text) socket.send({&byte, 1});
    EXPECT_EQ(body_of(socket.reply()), "POST /a hello");
}

TEST_F(ServerTest, bodies_come_whole_counted_and_chunked) {
    start();
    auto socket = connect();
    std::string large(500'000, 'b');
    socket.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + large);
    EXPECT_EQ(body_of(socket.reply()), "POST /a " + large);
    socket.send("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7A120\r\n" + large + "\r\n0\r\n\r\n" +
                get("/b"));
    EXPECT_EQ(body_of(socket.reply()), "POST /a " + large);
    EXPECT_EQ(body_of(socket.reply()), "GET /b ");
}

TEST_F(ServerTest, a_large_reply_reaches_a_slow_reader_whole) {
    start();
    auto socket = connect();
    socket.send(get("/large") + get("/after"));
    std::string reply = socket.reply();
    EXPECT_EQ(body_of(reply).size(), 8'000'000u);
    EXPECT_EQ(body_of(socket.reply()), "GET /after ");
}

TEST_F(ServerTest, head_and_no_content_have_no_body) {
    start();
    auto socket = connect();
    socket.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/empty") + get("/b"));
    std::string head = socket.reply(false);
    EXPECT_TRUE(contains(head, "Content-Length: 8\r\n")) << head;
    std::string empty = socket.reply();
    EXPECT_TRUE(empty.starts_with("HTTP/1.1 204 No Content\r\n"));
    EXPECT_FALSE(contains(empty, "Content-"));
    EXPECT_EQ(body_of(socket.reply()), "GET /b ");
}

TEST_F(ServerTest, an_old_client_is_answered_and_closed_unless_it_asks) {
    start();
    auto once = connect();
    once.send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(contains(once.rest(), "Connection: close\r\n"));
    auto kept = connect();
    for (int i = 0; i < 2; ++i) {
        kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_TRUE(contains(kept.reply(), "Connection: keep-alive\r\n"));
    }
}

TEST_F(ServerTest, expect_continue_is_answered_before_the_body) {
    start();
    auto socket = connect();
    socket.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(socket.reply(), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("hello");
    EXPECT_EQ(body_of(socket.reply()), "POST /a hello");
    socket.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n");
    EXPECT_TRUE(socket.rest().starts_with("HTTP/1.1 413 "));
}

TEST_F(ServerTest, errors_have_a_detail_and_an_unexpected_one_is_reported_and_not_shown) {
    std::mutex mutex;
    std::string reported;
    Server::Settings settings;
    settings.on_error = [&](const Request& request, std::exception_ptr error) {
        std::lock_guard lock(mutex);
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& e) {
            reported = std::string(request.path) + ": " + e.what();
        }
    };
    start(std::move(settings));
    auto socket = connect();
    socket.send(get("/missing"));
    std::string missing = socket.reply();
    EXPECT_TRUE(missing.starts_with("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_EQ(body_of(missing), R"({"detail":"Not found"})");
    socket.send(get("/broken"));
    std::string broken = socket.reply();
    EXPECT_TRUE(broken.starts_with("HTTP/1.1 500 "));
    EXPECT_EQ(body_of(broken), R"({"detail":"Internal Server Error"})");
    std::lock_guard lock(mutex);
    EXPECT_EQ(reported, "/broken: out of socks");
}

TEST_F(ServerTest, what_is_not_plainly_framed_is_refused_closed_and_nothing_behind_it_is_read) {
    start();
    for (std::string_view fields :
         {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Transfer-Encoding: pigeons\r\n",
          "Content-Length: 5\r\nContent-Length: 6\r\n", "X: a\r\n b\r\n", "Host: b\r\n"}) {
        auto socket = connect();
        socket.send("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + get("/smuggled"));
        std::string all = socket.rest();
        EXPECT_TRUE(all.starts_with("HTTP/1.1 400 Bad Request\r\n")) << all;
        EXPECT_TRUE(contains(all, "Connection: close\r\n"));
        EXPECT_FALSE(contains(all, "smuggled"));
    }
}

TEST_F(ServerTest, replies_before_a_malformed_request_are_still_sent) {
    start();
    auto socket = connect();
    socket.send(get("/first") + "nonsense\r\n\r\n");
    EXPECT_EQ(body_of(socket.reply()), "GET /first ");
    EXPECT_TRUE(socket.rest().starts_with("HTTP/1.1 400 "));
}

TEST_F(ServerTest, sizes_beyond_the_limits_have_their_own_status) {
    start({.max_head_bytes = 1'000, .max_headers = 3, .max_body_bytes = 10});
    auto status = [&](const std::string& text) {
        auto socket = connect();
        socket.send(text);
        return socket.rest().substr(9, 3);
    };
    EXPECT_EQ(status(get("/" + std::string(1'000, 'x'))), "431");
    EXPECT_EQ(status(get("/", "A: 1\r\nB: 2\r\nC: 3\r\n")), "431");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world"), "413");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n"),
              "413");
}

TEST_F(ServerTest, a_head_or_a_body_that_does_not_come_ends_the_connection) {
    start({.head_timeout = 40ms, .idle_timeout = 60'000ms, .request_timeout = 40ms});
    auto silent = connect();
    auto slow_head = connect();
    auto slow_body = connect();
    slow_head.send("GET / HTTP/1.1\r\nHo");
    slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    EXPECT_EQ(silent.rest(), "");
    EXPECT_TRUE(slow_head.rest().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    EXPECT_TRUE(slow_body.rest().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_F(ServerTest, a_client_that_is_told_408_and_does_not_close_is_closed) {
    start({.head_timeout = 40ms, .request_timeout = 40ms});
    auto slow_head = connect();
    auto slow_body = connect();
    slow_head.send("GET / HTTP/1.1\r\nHo");
    slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    EXPECT_TRUE(slow_head.rest().starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(slow_body.rest().starts_with("HTTP/1.1 408 "));
    auto patience = Context::Clock::now() + 20s;
    while (server->connections() > 0 && Context::Clock::now() < patience) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerTest, an_idle_connection_is_closed_without_a_word) {
    start({.idle_timeout = 40ms});
    auto socket = connect();
    socket.send(get("/a"));
    EXPECT_EQ(body_of(socket.reply()), "GET /a ");
    EXPECT_EQ(socket.rest(), "");
}

TEST_F(ServerTest, a_reader_that_does_not_read_is_cut) {
    start({.request_timeout = 40ms});
    auto socket = connect();
    socket.send(get("/large"));
    EXPECT_EQ(socket.until("\r\n").substr(0, 12), "HTTP/1.1 200");
    while (server->connections() > 0) std::this_thread::yield();
    EXPECT_LT(socket.rest().size(), 8'000'000u);
}

TEST_F(ServerTest, a_handler_beyond_its_deadline_is_marked_and_the_client_is_told) {
    std::promise<bool> marked;
    start({.request_timeout = 30ms, .deadline_grace = 30ms}, [&](Request&) -> Task<Response> {
        Context* context = Context::current();
        while (!context->cancelled.stop_requested()) co_await async::sleep_for(1ms);
        co_await gate.wait();
        marked.set_value(Context::current() == context);
        co_return Response::text(200, "too late");
    });
    auto socket = connect();
    socket.send(get("/"));
    std::string all = socket.rest();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << all;
    gate.notify();
    EXPECT_TRUE(marked.get_future().get());
}

TEST_F(ServerTest, a_handler_whose_client_is_gone_is_marked) {
    std::promise<void> marked;
    start({.head_timeout = 40ms}, [&](Request&) -> Task<Response> {
        while (!Context::current()->cancelled.stop_requested()) co_await async::sleep_for(1ms);
        marked.set_value();
        co_return Response::text(200, "");
    });
    auto socket = connect();
    socket.send(get("/"));
    socket.close();
    marked.get_future().get();
}

TEST_F(ServerTest, the_context_has_the_callers_trace_and_the_shorter_deadline) {
    std::mutex mutex;
    Context seen;
    std::chrono::steady_clock::time_point received;
    start({.request_timeout = 30'000ms}, [&](Request& request) -> Task<Response> {
        std::lock_guard lock(mutex);
        seen.trace = Context::current()->trace;
        seen.deadline = Context::current()->deadline;
        received = request.received;
        co_return Response{};
    });
    auto socket = connect();
    socket.send(
        get("/",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Request-Deadline-Ms: 1500\r\n"));
    socket.reply();
    {
        std::lock_guard lock(mutex);
        EXPECT_EQ(seen.trace.trace_id_hex(), "0af7651916cd43dd8448eb211c80319c");
        EXPECT_NE(seen.trace.span_id_hex(), "b7ad6b7169203331");
        EXPECT_TRUE(seen.trace.sampled);
        EXPECT_EQ(seen.deadline - received, 1500ms);
    }
    socket.send(get("/", "X-Request-Deadline-Ms: 3600000\r\n"));
    socket.reply();
    std::lock_guard lock(mutex);
    EXPECT_TRUE(seen.trace.valid());
    EXPECT_NE(seen.trace.trace_id_hex(), "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(seen.deadline - received, 30s);
}

TEST_F(ServerTest, a_request_without_time_left_is_not_begun) {
    start();
    auto socket = connect();
    socket.send(get("/a", "X-Request-Deadline-Ms: 0\r\n") + get("/b"));
    EXPECT_TRUE(socket.reply().starts_with("HTTP/1.1 504 "));
    EXPECT_EQ(body_of(socket.reply()), "GET /b ");
}

TEST_F(ServerTest, where_strangers_call_every_request_has_the_servers_own_time) {
    start({.request_timeout = 30'000ms, .reads_deadlines = false}, [](Request& request) -> Task<Response> {
        const auto given = Context::current()->deadline - request.received;
        co_return Response::text(200, given == 30s ? "30 s" : "another time");
    });
    auto socket = connect();
    for (const std::string_view value : {"0", "1500", "3600000"}) {
        socket.send(get("/", "X-Request-Deadline-Ms: " + std::string(value) + "\r\n"));
        EXPECT_EQ(body_of(socket.reply()), "30 s") << value;
    }
}

TEST_F(ServerTest, every_request_is_reported_with_route_status_and_size) {
    std::mutex mutex;
    std::vector<std::string> seen;
    Server::Settings settings;
    settings.on_complete = [&](const Completed& completed) {
        std::lock_guard lock(mutex);
        seen.push_back(std::string(to_string(completed.request.method)) + " " + std::string(completed.route) + " " +
                       std::to_string(completed.status) + " " + std::to_string(completed.bytes));
        EXPECT_GE(completed.duration.count(), 0);
        EXPECT_TRUE(Context::current()->trace.valid());
    };
    start(std::move(settings), [](Request&) -> Task<Response> {
        Context::current()->route = "/products/{product_id}";
        co_return Response::json("{}");
    });
    auto socket = connect();
    socket.send(get("/products/1"));
    auto size = socket.reply().size();
    socket.send("nonsense\r\n\r\n");
    auto refused = socket.rest().size();
    std::lock_guard lock(mutex);
    EXPECT_EQ(seen, (std::vector<std::string>{"GET /products/{product_id} 200 " + std::to_string(size),
                                              "GET  400 " + std::to_string(refused)}));
}

TEST_F(ServerTest, a_handlers_fields_are_sent_but_never_a_second_framing) {
    start({}, [](Request&) -> Task<Response> {
        Response response = Response::json(201, "{}");
        response.headers.append("Location", "/orders/1")
            .append("Content-Length", "99")
            .append("Content-Type", "text/x");
        co_return response;
    });
    auto socket = connect();
    socket.send(get("/"));
    std::string reply = socket.reply();
    EXPECT_TRUE(contains(reply, "Location: /orders/1\r\n"));
    EXPECT_TRUE(contains(reply, "Content-Type: text/x\r\n"));
    EXPECT_FALSE(contains(reply, "application/json"));
    EXPECT_FALSE(contains(reply, "99"));
    EXPECT_EQ(body_of(reply), "{}");
}

TEST_F(ServerTest, work_after_the_reply_runs_in_the_trace_of_its_request) {
    std::promise<std::string> trace;
    start({}, [&](Request&) -> Task<Response> {
        Response response = Response::text(200, "done");
        response.after = [&]() -> Task<> {
            co_await gate.wait();
            trace.set_value(Context::current()->trace.trace_id_hex());
        };
        co_return response;
    });
    auto socket = connect();
    socket.send(get("/", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
    EXPECT_EQ(body_of(socket.reply()), "done");
    gate.notify();
    EXPECT_EQ(trace.get_future().get(), "0af7651916cd43dd8448eb211c80319c");
}

TEST_F(ServerTest, work_after_the_reply_that_throws_ends_only_itself) {
    start({}, [&](Request& request) -> Task<Response> {
        Response response = Response::text(200, "done");
        if (request.path == "/error") {
            response.after = []() -> Task<> {
                throw std::runtime_error("out of socks");
                co_return;
            };
        } else if (request.path == "/number") {
            response.after = []() -> Task<> {
                throw 7;
                co_return;
            };
        } else if (request.path == "/no_task") {
            response.after = []() -> Task<> { throw std::runtime_error("not even begun"); };
        }
        co_return response;
    });
    auto socket = connect();
    for (std::string_view path : {"/error", "/number", "/no_task", "/"}) {
        socket.send(get(path));
        EXPECT_EQ(body_of(socket.reply()), "done") << path;
    }
}

TEST_F(ServerTest, a_connection_too_many_is_told_to_come_back) {
    start({.max_connections = 2});
    auto first = connect();
    auto second = connect();
    first.send(get("/a"));
    second.send(get("/a"));
    first.reply();
    second.reply();
    auto third = connect();
    third.send(get("/a"));
    std::string all = third.rest();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << all;
    EXPECT_TRUE(contains(all, "Retry-After: 1\r\n"));
    first.send(get("/b"));
    EXPECT_EQ(body_of(first.reply()), "GET /b ");
}

TEST_F(ServerTest, connections_are_spread_over_the_loops) {
    std::mutex mutex;
    std::vector<async::Loop*> used;
    start({}, [&](Request&) -> Task<Response> {
        std::lock_guard lock(mutex);
        used.push_back(async::Loop::current());
        co_return Response{};
    });
    std::vector<TestSocket> sockets;
    for (int i = 0; i < 6; ++i) {
        sockets.push_back(connect());
        sockets.back().send(get("/"));
        sockets.back().reply();
    }
    EXPECT_EQ(std::count(used.begin(), used.end(), &loops[0]), 3);
    EXPECT_EQ(std::count(used.begin(), used.end(), &loops[1]), 3);
}

TEST_F(ServerTest, draining_finishes_what_is_in_flight_and_closes_the_idle) {
    start();
    auto idle = connect();
    idle.send(get("/a"));
    idle.reply();
    auto busy = connect();
    busy.send(get("/slow") + get("/pipelined"));
    while (server->connections() < 2) std::this_thread::yield();
    auto drained = std::async(std::launch::async, [&] { return drain(); });
    EXPECT_EQ(idle.rest(), "");
    gate.notify();
    std::string reply = busy.reply();
    EXPECT_EQ(body_of(reply), "GET /slow ");
    EXPECT_TRUE(contains(reply, "Connection: close\r\n"));
    busy.rest();
    busy.close();
    EXPECT_TRUE(drained.get());
    EXPECT_EQ(server->connections(), 0u);
    int late = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = TestSocket::loopback(port);
    EXPECT_NE(::connect(late, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(late);
    server.reset();
}

TEST_F(ServerTest, draining_accepts_until_the_balancer_has_noticed) {
    start({.drain_delay = 100ms});
    auto drained = std::async(std::launch::async, [&] { return drain(); });
    std::string reply;
    while (!contains(reply, "Connection: close\r\n")) {
        auto socket = connect();
        socket.send(get("/a"));
        reply = socket.reply();
        EXPECT_EQ(body_of(reply), "GET /a ");
    }
    EXPECT_TRUE(drained.get());
    server.reset();
}

TEST_F(ServerTest, draining_says_so_when_a_handler_does_not_end) {
    start();
    auto socket = connect();
    socket.send(get("/slow"));
    while (server->connections() == 0) std::this_thread::yield();
    EXPECT_FALSE(drain(1ms));
    EXPECT_EQ(socket.rest(), "");
}

TEST_F(ServerTest, an_inherited_socket_serves_and_anything_else_is_refused) {
    server.emplace(Server::Settings{}, [this](Request& request) { return handle(request); });
    EXPECT_THROW(server->adopt(0), std::system_error);
    TestListener listener;
    port = listener.port();
    server->adopt(listener.release());
    server->start(loops.all());
    EXPECT_EQ(server->port(), port);
    auto socket = connect();
    socket.send(get("/a"));
    EXPECT_EQ(body_of(socket.reply()), "GET /a ");
}

TEST_F(ServerTest, a_port_in_use_is_named) {
    TestListener listener;
    Server second({}, [this](Request& request) { return handle(request); });
    try {
        second.listen("127.0.0.1", listener.port());
        FAIL() << "the port was taken twice";
    } catch (const std::system_error& error) {
        EXPECT_TRUE(contains(error.what(), "127.0.0.1:" + std::to_string(listener.port()))) << error.what();
    }
}

}  // namespace
}  // namespace chassis::http
