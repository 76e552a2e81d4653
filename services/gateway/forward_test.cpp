// The whole way through the door: a real server in front of it, a service behind it that a test plays.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "chassis/async/loop.hpp"
#include "chassis/async/run.hpp"
#include "chassis/http/server.hpp"
#include "chassis/http/test_socket.hpp"
#include "chassis/security/jwt.hpp"
#include "services/gateway/gateway.hpp"

namespace gateway {

namespace {

using namespace chassis;
using namespace std::chrono_literals;
using http::ClientResponse;
using http::Headers;
using http::TestSocket;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Plays every service: answers one connection after the other, auth's keys to whom asks for them and {} to all else.
class Service {
  public:
    explicit Service(std::string keys) : keys_(std::move(keys)), thread_([this] { serve(); }) {}
    ~Service() {
        open();
        ::shutdown(listener_.descriptor(), SHUT_RDWR);
        thread_.join();
    }

    std::string address() const { return "127.0.0.1:" + std::to_string(listener_.port()); }
    // The connection ends when the next request has arrived.
    void drop_next() { drop_ = true; }
    // The next request is answered after open().
    void hold_next() { hold_ = true; }
    void open() {
        if (!std::exchange(is_open_, true)) gate_.set_value();
    }

    // Heads and bodies, without those for the keys.
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    void wait_for_requests(std::size_t count) {
        while (asked().size() < count) std::this_thread::yield();
    }

  private:
    void serve() {
        for (;;) {
            TestSocket socket = listener_.accept();
            std::string request = socket.reply();
            if (request.empty()) return;
            for (; !request.empty(); request = socket.reply()) {
                const bool wants_keys = request.starts_with("GET /.well-known/jwks.json");
                if (!wants_keys) {
                    const std::lock_guard lock(mutex_);
                    asked_.push_back(request);
                }
                if (drop_.exchange(false)) break;
                if (hold_.exchange(false)) opened_.wait();
                const std::string body = wants_keys ? keys_ : "{}";
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
            }
        }
    }

    const std::string keys_;
    http::TestListener listener_;
    std::atomic<bool> drop_ = false;
    std::atomic<bool> hold_ = false;
    std::promise<void> gate_;
    const std::shared_future<void> opened_ = gate_.get_future().share();
    bool is_open_ = false;
    std::mutex mutex_;
    std::vector<std::string> asked_;
    std::thread thread_;
};

std::string keys_of(const security::SigningKey& key) {
    security::KeySet keys;
    keys.add(key);
    return keys.to_json();
}

std::string nobodys_address() {
    const http::TestListener listener;
    return "127.0.0.1:" + std::to_string(listener.port());
}

// A bucket that does not fill again while a test runs.
constexpr resilience::Rate two_in_all{.per_second = 1.0 / 3600, .burst = 2};

class ForwardTest : public testing::Test {
  protected:
    ~ForwardTest() override {
        if (!server) return;
        std::promise<void> drained;
        loops[0].spawn(drain(drained));
        drained.get_future().wait();
    }

    struct Options {
        std::optional<resilience::Rate> rate = std::nullopt;
        // Before the service's own, or instead of it.
        std::string other_endpoint = {};
        bool other_only = false;
        unsigned at_once = 100;
    };
    void open() { open(Options()); }
    void open(const Options& options) {
        std::string services = "auth=" + service.address();
        for (const std::string name : {"product", "order", "cart"}) {
            if (!options.other_endpoint.empty()) services += "," + name + "=" + options.other_endpoint;
            if (!options.other_only) services += "," + name + "=" + service.address();
        }
        directory.emplace(services);
        identity.emplace(discovery::ServiceClient(client, *directory, "auth"), base::system_clock());
        admission.emplace(*identity, options.rate);
        upstreams.emplace(client, *directory, options.at_once);
        door.emplace(Door{.admission = *admission, .upstreams = *upstreams, .development = false});
        app.share(*door);
        install(app);
        app.prepare();
        http::Server::Settings settings;
        settings.reads_deadlines = false;
        server.emplace(std::move(settings), [this](Request& request) { return app.handle(request); });
        server->listen("127.0.0.1", 0);
        server->start(loops.all());
    }

    ClientResponse ask(Method method, std::string path, Headers headers = {}) {
        http::ClientRequest request(method, "http://127.0.0.1:" + std::to_string(server->port()) + path);
        request.headers = std::move(headers);
        return async::run(loop, browser.send(std::move(request)));
    }
    int status(Method method, std::string path, Headers headers = {}) {
        return ask(method, std::move(path), std::move(headers)).status;
    }
    TestSocket connect() { return TestSocket::connect(server->port()); }

    std::string signed_for(const Uuid& customer) {
        const security::Claims claims{.iss = contracts::token_issuer,
                                      .sub = to_string(customer),
                                      .aud = {contracts::token_audience},
                                      .exp = base::system_clock().now() + 1h};
        return sign(key, claims);
    }
    Headers token_of(const Uuid& customer) { return Headers{{"Authorization", "Bearer " + signed_for(customer)}}; }
    // Of the right key, with another token's signature.
    Headers bad_token() {
        const std::string token = signed_for(Uuid::random());
        const std::string other = signed_for(Uuid::random());
        return Headers{
            {"Authorization", "Bearer " + token.substr(0, token.rfind('.')) + other.substr(other.rfind('.'))}};
    }

    security::SigningKey key = security::SigningKey::generate(security::Algorithm::eddsa);
    Service service{keys_of(key)};
    Service second{keys_of(key)};
    std::optional<StaticDirectory> directory;
    http::Client client{{}};
    std::optional<contracts::Identity> identity;
    std::optional<Admission> admission;
    std::optional<Upstreams> upstreams;
    std::optional<Door> door;
    App app{"gateway"};
    async::Loops loops{1};
    std::optional<http::Server> server;
    http::Client browser{{}};
    async::Loop loop;

  private:
    Task<> drain(std::promise<void>& drained) {
        co_await server->drain(Context::Clock::now() + 10s);
        drained.set_value();
    }
};

TEST_F(ForwardTest, a_request_is_passed_on_to_its_service) {
    open();
    const auto reply = ask(Method::get, "/products?limit=2");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "{}");
    EXPECT_THAT(service.asked(), ElementsAre(StartsWith("GET /v1/products?limit=2 HTTP/1.1\r\n")));
}

TEST_F(ForwardTest, a_clients_trace_goes_on_and_its_deadline_does_not) {
    open();
    auto socket = connect();
    for (const std::string time : {"0", "1", "3600000"}) {
        socket.send("GET /products HTTP/1.1\r\nHost: a\r\nX-Request-Deadline-Ms: " + time +
                    "\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
        EXPECT_THAT(socket.reply(), StartsWith("HTTP/1.1 200 OK\r\n"));
    }
    const auto asked = service.asked();
    ASSERT_THAT(asked, SizeIs(3));
    for (const auto& request : asked) {
        EXPECT_THAT(request, HasSubstr("traceparent: 00-0af7651916cd43dd8448eb211c80319c-"));
        EXPECT_THAT(request, Not(HasSubstr("b7ad6b7169203331")));
        const auto field = request.find("X-Request-Deadline-Ms: ");
        ASSERT_NE(field, request.npos);
        const int left = std::stoi(request.substr(field + 23));
        EXPECT_GT(left, 1'000);
        EXPECT_LE(left, 10'000);
    }
}

TEST_F(ForwardTest, what_services_know_each_other_by_is_not_believed_of_a_client) {
    open();
    const Headers forged{
        {"X-Service-Token", "guessed"}, {"X-Forwarded-For", "10.0.0.1"}, {"Forwarded", "for=10.0.0.1"}};
    EXPECT_EQ(status(Method::get, "/products", forged), 200);
    ASSERT_THAT(service.asked(), SizeIs(1));
    EXPECT_THAT(service.asked()[0], Not(HasSubstr("guessed")));
    EXPECT_THAT(service.asked()[0], Not(HasSubstr("10.0.0.1")));
    EXPECT_THAT(service.asked()[0], HasSubstr("X-Forwarded-For: 127.0.0.1\r\n"));
}

TEST_F(ForwardTest, the_third_of_two_requests_is_told_to_come_back) {
    open({.rate = two_in_all});
    EXPECT_EQ(status(Method::get, "/products"), 200);
    EXPECT_EQ(status(Method::get, "/products"), 200);
    const auto refused = ask(Method::get, "/products");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.body, R"({"detail":"Too Many Requests"})");
    EXPECT_GT(std::stoi(std::string(refused.headers.get("Retry-After").value_or("0"))), 0);
    EXPECT_THAT(service.asked(), SizeIs(2));
}

TEST_F(ForwardTest, a_customer_is_counted_apart_from_the_address_and_from_other_customers) {
    open({.rate = two_in_all});
    const auto alice = token_of(Uuid::random());
    const auto bob = token_of(Uuid::random());
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(status(Method::get, "/cart", alice), 200);
        EXPECT_EQ(status(Method::get, "/cart", bob), 200);
        EXPECT_EQ(status(Method::get, "/products"), 200);
    }
    EXPECT_EQ(status(Method::get, "/cart", alice), 429);
    EXPECT_EQ(status(Method::get, "/cart", bob), 429);
    EXPECT_EQ(status(Method::get, "/products"), 429);
}

TEST_F(ForwardTest, logging_in_is_counted_to_the_address_whoever_is_logged_in_already) {
    open({.rate = two_in_all});
    const auto alice = token_of(Uuid::random());
    EXPECT_EQ(status(Method::get, "/cart", alice), 200);
    EXPECT_EQ(status(Method::post, "/auth/token", alice), 200);
    EXPECT_EQ(status(Method::post, "/auth/register", alice), 200);
    EXPECT_EQ(status(Method::post, "/auth/token", token_of(Uuid::random())), 429);
    EXPECT_EQ(status(Method::get, "/cart", alice), 200);
}

TEST_F(ForwardTest, tokens_that_are_not_valid_are_counted_to_the_address) {
    open({.rate = two_in_all});
    EXPECT_EQ(status(Method::get, "/cart", bad_token()), 401);
    EXPECT_EQ(status(Method::get, "/products", bad_token()), 401);
    EXPECT_EQ(status(Method::get, "/cart", bad_token()), 429);
    EXPECT_EQ(status(Method::get, "/products"), 429);
}

TEST_F(ForwardTest, a_customer_who_was_in_comes_in_again_however_many_bad_tokens_their_address_sends) {
    open({.rate = two_in_all});
    const auto alice = token_of(Uuid::random());
    EXPECT_EQ(status(Method::get, "/cart", alice), 200);
    for (int i = 0; i < 3; ++i) (void)ask(Method::get, "/cart", bad_token());
    EXPECT_EQ(status(Method::get, "/cart", alice), 200);
}

TEST_F(ForwardTest, a_new_token_is_not_looked_at_where_too_many_bad_ones_came_from) {
    open({.rate = two_in_all});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(status(Method::get, "/cart", bad_token()), 401);
    EXPECT_EQ(status(Method::get, "/cart", token_of(Uuid::random())), 429);
}

TEST_F(ForwardTest, without_a_rate_nobody_is_refused) {
    open();
    for (int i = 0; i < 300; ++i) EXPECT_EQ(status(Method::get, "/orders", bad_token()), 401);
    EXPECT_EQ(status(Method::get, "/products"), 200);
}

TEST(KnownTokensTest, a_token_is_known_until_it_is_taken_back) {
    KnownTokens known;
    EXPECT_FALSE(known.contains("a"));
    known.add("a");
    EXPECT_TRUE(known.contains("a"));
    EXPECT_FALSE(known.contains("b"));
    known.remove("b");
    EXPECT_TRUE(known.contains("a"));
    known.remove("a");
    EXPECT_FALSE(known.contains("a"));
}

TEST_F(ForwardTest, a_post_without_an_answer_is_repeated_where_its_key_is_honoured) {
    open();
    Headers headers = token_of(Uuid::random());
    headers.append("Idempotency-Key", "k");
    EXPECT_EQ(status(Method::get, "/cart", headers), 200);
    service.drop_next();
    EXPECT_EQ(status(Method::post, "/orders", headers), 200);
    EXPECT_THAT(service.asked(),
                ElementsAre(HasSubstr("/v1/cart"), StartsWith("POST /v1/orders"), StartsWith("POST /v1/orders")));
}

TEST_F(ForwardTest, a_post_without_an_answer_is_not_repeated_where_keys_are_not_known) {
    open();
    const Headers key{{"Idempotency-Key", "k"}};
    EXPECT_EQ(status(Method::get, "/products"), 200);
    service.drop_next();
    EXPECT_EQ(status(Method::post, "/auth/register", key), 502);
    EXPECT_THAT(service.asked(), ElementsAre(HasSubstr("/v1/products"), StartsWith("POST /v1/register")));
}

TEST_F(ForwardTest, an_order_without_a_key_is_not_repeated) {
    open();
    const Headers alice = token_of(Uuid::random());
    EXPECT_EQ(status(Method::get, "/cart", alice), 200);
    service.drop_next();
    EXPECT_EQ(status(Method::post, "/orders", alice), 502);
    EXPECT_THAT(service.asked(), SizeIs(2));
}

TEST_F(ForwardTest, a_request_that_one_endpoint_does_not_take_goes_to_the_next) {
    open({.other_endpoint = nobodys_address()});
    for (int i = 0; i < 4; ++i) EXPECT_EQ(status(Method::post, "/products"), 200);
    EXPECT_THAT(service.asked(), SizeIs(4));
}

TEST_F(ForwardTest, requests_are_spread_over_the_endpoints) {
    open({.other_endpoint = second.address()});
    for (int i = 0; i < 4; ++i) EXPECT_EQ(status(Method::get, "/products"), 200);
    EXPECT_THAT(service.asked(), SizeIs(2));
    EXPECT_THAT(second.asked(), SizeIs(2));
}

TEST_F(ForwardTest, a_service_that_is_away_is_a_503_that_says_when_to_come_back) {
    open({.other_endpoint = nobodys_address(), .other_only = true});
    const auto reply = ask(Method::get, "/products");
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.get("Retry-After"), "1");
}

TEST_F(ForwardTest, a_request_too_many_is_refused_and_does_not_queue) {
    open({.at_once = 1});
    service.hold_next();
    auto first = connect();
    first.send("GET /products HTTP/1.1\r\nHost: a\r\n\r\n");
    service.wait_for_requests(1);
    const auto refused = ask(Method::get, "/products");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.get("Retry-After"), "1");
    service.open();
    EXPECT_THAT(first.reply(), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(status(Method::get, "/products"), 200);
}

}  // namespace

}  // namespace gateway
