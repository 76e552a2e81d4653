#include "chassis/http/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "chassis/async/run.hpp"
#include "chassis/async/signal.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/http/server.hpp"
#include "chassis/http/test_socket.hpp"

namespace chassis::http {
namespace {

using namespace std::chrono_literals;
using async::Context;
using Kind = ClientError::Kind;

std::string url_of(std::uint16_t port, std::string_view target = "/") {
    return "http://127.0.0.1:" + std::to_string(port) + std::string(target);
}

ClientRequest within(std::chrono::nanoseconds timeout, std::string url) {
    ClientRequest request(Method::get, std::move(url));
    request.timeout = timeout;
    return request;
}

// The kind of the error that a call ends with, and whether the request may have been sent.
struct Failed {
    Kind kind;
    bool maybe_sent;
    bool operator==(const Failed&) const = default;
};

Task<std::optional<Failed>> failure_of(Client& client, ClientRequest request) {
    try {
        ClientResponse reply = co_await client.send(std::move(request));
        co_return std::nullopt;
    } catch (const ClientError& error) {
        co_return Failed{error.kind, error.maybe_sent};
    }
}

// A real server on a loop of its own; the client runs on the test's.
class ClientTest : public testing::Test {
  protected:
    ClientTest() : server({}, [this](Request& request) { return handle(request); }) {
        server.listen("127.0.0.1", 0);
        server.start(loops.all());
        port = server.port();
    }
    ~ClientTest() override {
        gate.notify();
        std::promise<bool> drained;
        auto drain = [&]() -> Task<> {
            bool ended = co_await server.drain(Context::Clock::now() + 10s);
            drained.set_value(ended);
        };
        loops[0].spawn(drain());
        EXPECT_TRUE(drained.get_future().get());
    }

    Task<Response> handle(Request& request) {
        {
            std::lock_guard lock(mutex);
            peers.insert(std::string(request.remote_address));
            last_headers = {};
            for (HeaderField field : request.headers) last_headers.append(field.name, field.value);
        }
        if (request.path == "/slow") co_await gate.wait();
        if (request.path == "/missing") throw HttpError{404, "Not found"};
        if (request.path == "/large") co_return Response::text(200, std::string(3'000'000, 'x'));
        co_return Response::text(200, std::string(to_string(request.method)) + " " + std::string(request.target) + " " +
                                          std::string(request.body));
    }

    std::optional<std::string> last_header(std::string_view name) {
        std::lock_guard lock(mutex);
        auto value = last_headers.get(name);
        return value ? std::optional<std::string>(*value) : std::nullopt;
    }

    async::Loops loops{1};
    async::Signal gate;
    std::mutex mutex;
    std::set<std::string> peers;
    Headers last_headers;
    Server server;
    std::uint16_t port = 0;
    Client client{{}};
};

TEST_F(ClientTest, a_call_brings_status_fields_and_body_whatever_the_status) {
    auto test = [&]() -> Task<> {
        ClientRequest post(Method::post, url_of(port, "/a?b=1#c"), "hello");
        post.headers.append("X-Name", "1");
        ClientResponse reply = co_await client.send(std::move(post));
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, "POST /a?b=1 hello");
        EXPECT_EQ(reply.headers.get("content-type"), "text/plain; charset=utf-8");
        EXPECT_EQ(last_header("Host"), "127.0.0.1:" + std::to_string(port));
        EXPECT_EQ(last_header("Content-Type"), "application/json");
        EXPECT_EQ(last_header("X-Name"), "1");
        ClientResponse missing = co_await client.send({Method::get, url_of(port, "/missing")});
        EXPECT_EQ(missing.status, 404);
        EXPECT_EQ(missing.body, R"({"detail":"Not found"})");
        ClientResponse head = co_await client.send({Method::head, url_of(port)});
        EXPECT_EQ(head.body, "");
        ClientResponse large = co_await client.send({Method::get, url_of(port, "/large")});
        EXPECT_EQ(large.body, std::string(3'000'000, 'x'));
        std::string body(3'000'0, 'b');
        ClientResponse echoed = co_await client.send({Method::put, url_of(port), body});
        EXPECT_EQ(echoed.body, "PUT / " + body);
    };
    async::run(test());
    EXPECT_EQ(peers.size(), 1u) << "the connection was not used again";
}

// "127.1" is an address only to the resolver, which knows it on every machine, one without an /etc/hosts as well.
TEST_F(ClientTest, a_host_name_is_looked_up) {
    auto test = [&]() -> Task<int> {
        ClientResponse reply = co_await client.send({Method::get, "http://127.1:" + std::to_string(port) + "/"});
        co_return reply.status;
    };
    EXPECT_EQ(async::run(test()), 200);
}

TEST_F(ClientTest, calls_at_once_use_as_many_connections_as_are_allowed) {
    Client narrow({.max_connections = 3});
    auto call = [&]() -> Task<int> {
        ClientResponse reply = co_await narrow.send({Method::get, url_of(port)});
        co_return reply.status;
    };
    auto test = [&]() -> Task<> {
        std::vector<Task<int>> calls;
        for (int i = 0; i < 50; ++i) calls.push_back(call());
        std::vector<int> statuses = co_await async::when_all(std::move(calls));
        EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 50);
    };
    async::run(test());
    EXPECT_EQ(peers.size(), 3u);
}

TEST_F(ClientTest, a_call_that_waits_for_a_connection_has_its_deadline_too) {
    Client narrow({.max_connections = 1});
    auto blocked = [&]() -> Task<std::optional<Failed>> {
        std::optional<Failed> failed = co_await failure_of(narrow, within(10ms, url_of(port)));
        gate.notify();
        co_return failed;
    };
    auto test = [&]() -> Task<> {
        auto [slow, waited] =
            co_await async::when_all(failure_of(narrow, {Method::get, url_of(port, "/slow")}), blocked());
        EXPECT_EQ(slow, std::nullopt);
        EXPECT_EQ(waited, (Failed{Kind::timeout, false}));
        ClientResponse after = co_await narrow.send({Method::get, url_of(port)});
        EXPECT_EQ(after.status, 200);
    };
    async::run(test());
}

TEST_F(ClientTest, trace_and_remaining_time_are_passed_on) {
    auto test = [&]() -> Task<> {
        Context context{.trace = base::TraceContext::generate(true), .deadline = Context::Clock::now() + 5s};
        {
            Context::Scope scope(context);
            ClientRequest request(Method::get, url_of(port));
            request.headers.append("traceparent", "forged");
            co_await client.send(std::move(request));
        }
        auto trace = base::TraceContext::parse(last_header("traceparent").value_or(""));
        EXPECT_TRUE(trace && trace->trace_id == context.trace.trace_id && trace->sampled);
        EXPECT_TRUE(trace && trace->span_id != context.trace.span_id) << "the call has no span of its own";
        auto remaining = std::stoi(last_header("X-Request-Deadline-Ms").value_or("0"));
        EXPECT_GT(remaining, 0);
        EXPECT_LE(remaining, 5'000);
        co_await client.send(within(200ms, url_of(port)));
        EXPECT_TRUE(base::TraceContext::parse(last_header("traceparent").value_or("")));
        EXPECT_LE(std::stoi(last_header("X-Request-Deadline-Ms").value_or("1000")), 200);
    };
    async::run(test());
}

TEST_F(ClientTest, the_deadline_ends_a_call_that_gets_no_reply) {
    auto test = [&]() -> Task<> {
        std::optional<Failed> own = co_await failure_of(client, within(10ms, url_of(port, "/slow")));
        EXPECT_EQ(own, (Failed{Kind::timeout, true}));
        Context context{.deadline = Context::Clock::now() + 10ms};
        Context::Scope scope(context);
        std::optional<Failed> contexts = co_await failure_of(client, {Method::get, url_of(port, "/slow")});
        EXPECT_EQ(contexts, (Failed{Kind::timeout, true}));
        std::optional<Failed> late = co_await failure_of(client, {Method::get, url_of(port)});
        EXPECT_EQ(late, (Failed{Kind::timeout, false}));
    };
    async::run(test());
}

TEST(ClientErrorTest, what_cannot_be_sent_is_refused) {
    Client client({});
    for (std::string url : {"", "/a", "https://shop/", "http://", "http://a b/", "http://u:p@shop/", "http://shop:0/",
                            "http://shop:99999/", "http://shop/\r\nX: 1", "http://[::1"}) {
        EXPECT_EQ(async::run(failure_of(client, {Method::get, url})), (Failed{Kind::bad_request, false})) << url;
    }
}

TEST(ClientErrorTest, nobody_listening_is_a_connect_error) {
    std::uint16_t port = TestListener().port();
    Client client({});
    EXPECT_EQ(async::run(failure_of(client, {Method::get, url_of(port)})), (Failed{Kind::connect, false}));
}

// The other side is the test's own: what it does with each connection that it accepts, one after the other.
class Peer {
  public:
    template <class F>
    explicit Peer(F serve) : thread_([this, serve] { serve(listener_); }) {}
    ~Peer() { thread_.join(); }
    std::uint16_t port() const { return listener_.port(); }

  private:
    TestListener listener_;
    std::thread thread_;
};

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(ClientErrorTest, replies_that_are_cut_malformed_or_too_large_have_their_kind) {
    const std::pair<std::string, Kind> replies[] = {
        {"", Kind::reset},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Kind::reset},
        {"SSH-2.0-OpenSSH_9\r\n\r\n", Kind::protocol},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", Kind::protocol},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", Kind::too_large},
    };
    Client client({.max_response_bytes = 1'000});
    for (auto& [text, kind] : replies) {
        Peer peer([&](TestListener& listener) {
            auto socket = listener.accept();
            socket.until(head_end);
            socket.send(text);
        });
        EXPECT_EQ(async::run(failure_of(client, {Method::get, url_of(peer.port())})), (Failed{kind, true})) << text;
    }
}

// The bytes and the deadline come while the loop is busy, so the alarm rings between two reads that have bytes at once.
TEST(ClientErrorTest, the_deadline_ends_a_call_whose_alarm_rings_while_bytes_are_there) {
    std::atomic<bool> arrived = false;
    std::atomic<bool> gave_up = false;
    std::promise<void> busy;
    std::promise<void> sent;
    std::promise<void> over;
    Peer peer([&](TestListener& listener) {
        auto socket = listener.accept();
        socket.until(head_end);
        arrived = true;
        busy.get_future().wait();
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + std::string(200'000, 'x'));
        sent.set_value();
        gave_up = over.get_future().wait_for(10s) == std::future_status::timeout;
    });
    Client client({.max_response_bytes = 10'000'000});
    auto hold_up = [&]() -> Task<> {
        while (!arrived) co_await async::sleep_for(1ms);
        busy.set_value();
        sent.get_future().wait();
        std::this_thread::sleep_for(400ms);
    };
    auto test = [&]() -> Task<std::optional<Failed>> {
        auto [failed, none] =
            co_await async::when_all(failure_of(client, within(300ms, url_of(peer.port()))), hold_up());
        over.set_value();
        co_return failed;
    };
    EXPECT_EQ(async::run(test()), (Failed{Kind::timeout, true}));
    EXPECT_FALSE(gave_up) << "the call ended with the connection and not with its deadline";
}

// A kept connection is closed by the other side in the moment in which it is used again: it reads the second request
// and closes without a byte of a reply.
struct Stale {
    int requests_after = 0;
    std::optional<Failed> failed;
};
Stale use_stale_connection(ClientRequest request) {
    std::atomic<int> after = 0;
    Stale result;
    {
        Peer peer([&](TestListener& listener) {
            auto first = listener.accept();
            first.until(head_end);
            first.send(ok);
            first.until(head_end);
            first.close();
            ++after;
            auto second = listener.accept();
            if (!second.until(head_end).empty()) ++after;
            second.send(ok);
        });
        Client client({});
        request.url = url_of(peer.port());
        auto test = [&]() -> Task<std::optional<Failed>> {
            co_await client.send({Method::get, request.url});
            co_return co_await failure_of(client, std::move(request));
        };
        result.failed = async::run(test());
        // Lets the peer's second accept end when nobody came again.
        TestSocket::connect(peer.port());
    }
    result.requests_after = after;
    return result;
}

TEST(ClientStaleTest, a_dead_kept_connection_is_replaced_once_for_an_idempotent_request) {
    Stale get = use_stale_connection({Method::get, ""});
    EXPECT_EQ(get.failed, std::nullopt);
    EXPECT_EQ(get.requests_after, 2);
    ClientRequest with_key(Method::post, "");
    with_key.idempotent = true;
    Stale keyed = use_stale_connection(with_key);
    EXPECT_EQ(keyed.failed, std::nullopt);
}

TEST(ClientStaleTest, a_request_that_may_have_been_seen_is_not_sent_twice) {
    Stale post = use_stale_connection({Method::post, "", "{}"});
    EXPECT_EQ(post.failed, (Failed{Kind::reset, true}));
    EXPECT_EQ(post.requests_after, 1);
}

TEST(ClientStaleTest, a_kept_connection_that_is_closed_already_is_not_used_even_for_a_post) {
    std::promise<void> closed;
    Peer peer([&](TestListener& listener) {
        {
            auto first = listener.accept();
            first.until(head_end);
            first.send(ok);
        }
        closed.set_value();
        auto second = listener.accept();
        second.until(head_end);
        second.send(ok);
    });
    Client client({});
    auto test = [&]() -> Task<int> {
        co_await client.send({Method::get, url_of(peer.port())});
        closed.get_future().wait();
        ClientResponse reply = co_await client.send({Method::post, url_of(peer.port())});
        co_return reply.status;
    };
    EXPECT_EQ(async::run(test()), 200);
}

TEST(ClientStaleTest, bytes_that_nobody_asked_for_end_a_kept_connection) {
    std::promise<void> sent;
    Peer peer([&](TestListener& listener) {
        auto first = listener.accept();
        first.until(head_end);
        first.send(ok);
        first.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        sent.set_value();
        auto second = listener.accept();
        second.until(head_end);
        second.send(ok);
    });
    Client client({});
    auto test = [&]() -> Task<std::string> {
        co_await client.send({Method::get, url_of(peer.port())});
        sent.get_future().wait();
        ClientResponse reply = co_await client.send({Method::get, url_of(peer.port())});
        co_return reply.body;
    };
    EXPECT_EQ(async::run(test()), "ok");
}

TEST(ClientPoolTest, idle_connections_are_closed_after_their_time) {
    std::promise<std::string> rest;
    Peer peer([&](TestListener& listener) {
        auto socket = listener.accept();
        socket.until(head_end);
        socket.send(ok);
        rest.set_value(socket.rest());
    });
    Client client({.idle_timeout = 10ms});
    auto closed = rest.get_future();
    auto test = [&]() -> Task<> {
        co_await client.send({Method::get, url_of(peer.port())});
        while (closed.wait_for(0s) != std::future_status::ready) co_await async::sleep_for(1ms);
    };
    async::run(test());
    EXPECT_EQ(closed.get(), "");
}

}  // namespace
}  // namespace chassis::http
