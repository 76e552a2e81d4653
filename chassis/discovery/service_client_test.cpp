#include "chassis/discovery/service_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <mutex>

#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/http/server.hpp"
#include "chassis/http/test_socket.hpp"

namespace chassis::discovery {
namespace {

using namespace std::chrono_literals;
using async::Task;
using Kind = ServiceError::Kind;
using testing::ElementsAre;

struct Product {
    int id;
    std::string name;
};

// A server that answers what a test tells it to, and tells what it was asked.
class FakeService {
  public:
    explicit FakeService(std::uint16_t port = 0)
        : server_({}, [this](http::Request& request) { return handle(request); }) {
        server_.listen("127.0.0.1", port);
        server_.start(loops_.all());
    }
    ~FakeService() {
        std::promise<void> drained;
        loops_[0].spawn(drain(drained));
        drained.get_future().wait();
    }

    void will_answer(int status, std::string body) {
        std::lock_guard lock(mutex_);
        answers_.emplace_back(status, std::move(body));
    }
    std::vector<std::string> asked() {
        std::lock_guard lock(mutex_);
        return asked_;
    }
    std::string address() const { return "product=127.0.0.1:" + std::to_string(server_.port()); }

  private:
    Task<http::Response> handle(http::Request& request) {
        std::lock_guard lock(mutex_);
        const auto token = request.headers.get("X-Service-Token");
        asked_.push_back(std::string(to_string(request.method)) + ' ' + std::string(request.target) +
                         (request.body.empty() ? "" : ' ' + std::string(request.body)) +
                         (token ? " token " + std::string(*token) : ""));
        auto [status, body] = answers_.empty() ? std::pair(200, std::string("{}")) : answers_.front();
        if (!answers_.empty()) answers_.pop_front();
        co_return http::Response::json(status, std::move(body));
    }

    Task<> drain(std::promise<void>& drained) {
        co_await server_.drain(async::Context::Clock::now() + 10s);
        drained.set_value();
    }

    std::mutex mutex_;
    std::deque<std::pair<int, std::string>> answers_;
    std::vector<std::string> asked_;
    async::Loops loops_{1};
    http::Server server_;
};

// Nobody listens there: a port that was free a moment ago.
std::string nobodys_address() {
    http::Server server({}, [](http::Request&) -> Task<http::Response> { co_return http::Response{}; });
    server.listen("127.0.0.1", 0);
    return "product=127.0.0.1:" + std::to_string(server.port());
}

Task<Product> get_within(const ServiceClient& product, std::chrono::milliseconds time) {
    async::Context context{.deadline = async::Context::Clock::now() + time};
    async::Context::Scope scope(context);
    Product result = co_await product.get<Product>("/");
    co_return result;
}

Task<bool> answers(const ServiceClient& product) {
    try {
        co_await product.del("/");
        co_return true;
    } catch (const ServiceError&) {
    }
    co_return false;
}

Task<bool> answers_within(const ServiceClient& product, std::chrono::seconds patience) {
    const auto until = async::Context::Clock::now() + patience;
    while (async::Context::Clock::now() < until) {
        const bool answered = co_await answers(product);
        if (answered) co_return true;
        co_await async::sleep_for(5ms);
    }
    co_return false;
}

class ServiceClientTest : public testing::Test {
  protected:
    ServiceClient make(const std::string& endpoints, unsigned reserve = 10) {
        return make(endpoints, reserve, ServiceClient::Settings{}.breaker);
    }
    ServiceClient make(const std::string& endpoints, unsigned reserve, resilience::CircuitBreaker::Settings breaker) {
        directory = std::make_unique<StaticDirectory>(endpoints);
        ServiceClient::Settings settings;
        settings.backoff = {.base = 1ms, .cap = 1ms};
        settings.budget = {.reserve = reserve, .per_second = 0};
        settings.breaker = breaker;
        return ServiceClient(client, *directory, "product", settings);
    }
    ServiceClient make() { return make(service.address()); }

    template <class T>
    ServiceError error_of(Task<T> task) {
        try {
            (void)async::run(loop, std::move(task));
        } catch (const ServiceError& error) {
            return error;
        }
        ADD_FAILURE() << "nothing was thrown";
        return ServiceError(Kind::unavailable, "", "");
    }

    FakeService service;
    async::Loop loop;
    http::Client client{{}};
    std::unique_ptr<StaticDirectory> directory;
};

TEST_F(ServiceClientTest, a_reply_becomes_a_struct) {
    service.will_answer(200, R"({"id":1,"name":"Socks of Doom"})");
    const auto product = make();
    const auto socks = async::run(loop, product.get<Product>("/v1/products/1?full=1"));
    EXPECT_EQ(socks.name, "Socks of Doom");
    EXPECT_THAT(service.asked(), ElementsAre("GET /v1/products/1?full=1"));
}

TEST_F(ServiceClientTest, a_struct_becomes_the_body_and_headers_go_along) {
    service.will_answer(201, R"({"id":2,"name":"x"})");
    const auto product = make();
    const http::Headers headers{{"X-Service-Token", "t"}};
    (void)async::run(loop, product.put<Product>("/v1/products/2", Product{2, "x"}, headers));
    EXPECT_THAT(service.asked(), ElementsAre(R"(PUT /v1/products/2 {"id":2,"name":"x"} token t)"));
}

TEST_F(ServiceClientTest, a_refusal_keeps_status_and_detail_and_is_not_repeated) {
    service.will_answer(409, R"({"detail":"Not enough stock"})");
    const auto product = make();
    const auto error = error_of(product.get<Product>("/"));
    EXPECT_EQ(error.kind, Kind::refused);
    EXPECT_EQ(error.status, 409);
    EXPECT_EQ(error.detail(), "Not enough stock");
    EXPECT_STREQ(error.what(), "product answered 409");
    EXPECT_EQ(service.asked().size(), 1u);
}

TEST_F(ServiceClientTest, a_reply_that_is_not_what_was_promised_is_the_services_fault) {
    service.will_answer(200, R"({"id":"one"})");
    const auto product = make();
    EXPECT_EQ(error_of(product.get<Product>("/")).kind, Kind::unreadable);
}

TEST_F(ServiceClientTest, an_idempotent_call_is_repeated_when_the_service_is_overloaded) {
    service.will_answer(503, "");
    service.will_answer(502, "");
    service.will_answer(200, R"({"id":1,"name":"x"})");
    const auto product = make();
    EXPECT_EQ(async::run(loop, product.get<Product>("/")).id, 1);
    EXPECT_EQ(service.asked().size(), 3u);
}

TEST_F(ServiceClientTest, it_is_not_repeated_for_ever) {
    for (int i = 0; i < 4; ++i) service.will_answer(503, "");
    const auto product = make();
    EXPECT_EQ(error_of(product.get<Product>("/")).status, 503);
    EXPECT_EQ(service.asked().size(), 3u);
}

TEST_F(ServiceClientTest, a_post_is_repeated_only_with_an_idempotency_key) {
    service.will_answer(503, "");
    const auto product = make();
    EXPECT_EQ(error_of(product.post<Product>("/", Product{})).status, 503);
    EXPECT_EQ(service.asked().size(), 1u);
    service.will_answer(503, "");
    service.will_answer(200, R"({"id":1,"name":"x"})");
    const http::Headers key{{"Idempotency-Key", "k"}};
    EXPECT_EQ(async::run(loop, product.post<Product>("/", Product{}, key)).id, 1);
}

TEST_F(ServiceClientTest, without_budget_nothing_is_repeated) {
    service.will_answer(503, "");
    const auto product = make(service.address(), 0);
    EXPECT_EQ(error_of(product.get<Product>("/")).status, 503);
    EXPECT_EQ(service.asked().size(), 1u);
}

TEST_F(ServiceClientTest, a_call_that_did_not_arrive_goes_to_the_next_endpoint_whatever_its_method) {
    const auto product = make(nobodys_address() + ',' + service.address());
    for (int i = 0; i < 4; ++i) {
        service.will_answer(200, R"({"id":1,"name":"x"})");
        EXPECT_EQ(async::run(loop, product.post<Product>("/", Product{})).id, 1);
    }
}

TEST_F(ServiceClientTest, calls_are_spread_over_the_endpoints) {
    FakeService second;
    const auto product = make(service.address() + ',' + second.address());
    for (int i = 0; i < 4; ++i) async::run(loop, product.del("/"));
    EXPECT_EQ(service.asked().size(), 2u);
    EXPECT_EQ(second.asked().size(), 2u);
}

TEST_F(ServiceClientTest, an_endpoint_that_is_away_is_left_out_before_the_budget_is_used_up) {
    const auto product = make(nobodys_address() + ',' + service.address());
    for (int i = 0; i < 100; ++i) async::run(loop, product.del("/"));
    EXPECT_EQ(service.asked().size(), 100u);
}

TEST_F(ServiceClientTest, a_service_that_keeps_failing_is_left_alone_and_asked_again_later) {
    const std::string address = nobodys_address();
    const auto product = make(address, 10, {.least_calls = 2, .open_for = 20ms, .probes = 1});
    EXPECT_THAT(error_of(product.get<Product>("/")).what(), testing::HasSubstr("kept failing"));
    const FakeService back(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    EXPECT_TRUE(async::run(loop, answers_within(product, 10s)));
}

TEST_F(ServiceClientTest, a_caller_in_a_hurry_does_not_close_the_way_for_others) {
    const http::TestListener silent;
    const auto product =
        make("product=127.0.0.1:" + std::to_string(silent.port()), 0, {.least_calls = 1, .open_for = 1h});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(error_of(get_within(product, 5ms)).kind, Kind::timeout);
}

TEST_F(ServiceClientTest, a_refusal_does_not_close_the_way_to_a_service) {
    for (int i = 0; i < 30; ++i) service.will_answer(503, "");
    const auto product = make(service.address(), 0);
    for (int i = 0; i < 30; ++i) EXPECT_EQ(error_of(product.get<Product>("/")).status, 503);
}

TEST_F(ServiceClientTest, a_forwarded_reply_comes_back_whatever_its_status_and_is_asked_for_once) {
    service.will_answer(503, "busy");
    const auto product = make();
    const auto reply = async::run(loop, product.forward(Call(http::Method::get, "/")));
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.body, "busy");
    EXPECT_EQ(service.asked().size(), 1u);
}

TEST_F(ServiceClientTest, a_forwarded_call_that_did_not_arrive_goes_to_the_next_endpoint) {
    const auto product = make(nobodys_address() + ',' + service.address());
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(async::run(loop, product.forward(Call(http::Method::post, "/"))).status, 200);
    }
    EXPECT_EQ(service.asked().size(), 2u);
}

TEST_F(ServiceClientTest, a_service_that_nobody_knows_or_that_is_away_is_unavailable) {
    const auto unknown = make("");
    EXPECT_EQ(error_of(unknown.get<Product>("/")).kind, Kind::unavailable);
    const auto away = make(nobodys_address());
    EXPECT_EQ(error_of(away.get<Product>("/")).kind, Kind::unavailable);
}

TEST_F(ServiceClientTest, after_the_callers_deadline_nothing_is_sent) {
    const auto product = make();
    EXPECT_EQ(error_of(get_within(product, -1s)).kind, Kind::timeout);
    EXPECT_TRUE(service.asked().empty());
}

}  // namespace
}  // namespace chassis::discovery
