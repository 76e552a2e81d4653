#include "apps/neighborhood/shopper.hpp"

#include <charconv>

#include "chassis/async/context.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/base/text.hpp"
#include "chassis/base/uuid.hpp"
#include "chassis/model/json.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using chassis::http::ClientError;
using chassis::http::ClientResponse;
using chassis::http::Headers;
using chassis::http::Method;
using Clock = std::chrono::steady_clock;

struct Registration {
    std::string email;
    std::string password;
    std::string name;
};

struct Token {
    std::string access_token;
};

void expect(const std::string& step, const ClientResponse& reply, int status) {
    if (reply.status != status) throw Refused(step, reply.status, reply.body);
}

// Whether asking again, with the same key, may give another answer. A 409 that passes says when to come back.
bool is_passing(const ClientResponse& reply) {
    return reply.status == 429 || reply.status >= 500 || (reply.status == 409 && reply.headers.get("Retry-After"));
}

// Of a refusal that says when to come back.
std::optional<std::chrono::seconds> seconds_to_wait(const ClientResponse& reply) {
    const auto field = reply.headers.get("Retry-After");
    if ((reply.status != 429 && reply.status != 503) || !field) return std::nullopt;
    int seconds = 0;
    if (std::from_chars(field->data(), field->data() + field->size(), seconds).ec != std::errc{}) return std::nullopt;
    return std::chrono::seconds(seconds);
}

}  // namespace

Shopper::Shopper(chassis::http::Client& client, std::string gateway, std::string name)
    : client_(client),
      gateway_(std::move(gateway)),
      name_(std::move(name)),
      email_(name_ + "-" + to_string(chassis::Uuid::random()).substr(9) + "@example.com") {}

chassis::Task<ClientResponse> Shopper::send(Method method, std::string path, std::string body, Headers headers) {
    if (!token_.empty()) headers.set("Authorization", "Bearer " + token_);
    // The client passes on the trace of the context in which it is called.
    chassis::Context context;
    context.trace = trace_ ? *trace_ : chassis::base::TraceContext::generate(false);
    const chassis::Context::Scope scope(context);
    chassis::http::ClientRequest request(method, gateway_ + path, std::move(body));
    request.headers = std::move(headers);
    auto reply = co_await client_.send(std::move(request));
    co_return reply;
}

chassis::Task<ClientResponse> Shopper::send_when_allowed(Method method, std::string path, std::string body,
                                                         Headers headers) {
    for (const auto until = Clock::now() + 60s;;) {
        auto reply = co_await send(method, path, body, headers);
        const auto pause = seconds_to_wait(reply);
        if (!pause || Clock::now() + *pause > until) co_return reply;
        co_await chassis::async::sleep_for(*pause);
    }
}

chassis::Task<> Shopper::arrive() {
    const std::string password = "a long enough passphrase";
    std::string registration = chassis::model::to_json(Registration{email_, password, name_});
    const auto registered = co_await send_when_allowed(Method::post, "/auth/register", std::move(registration));
    expect("register", registered, 201);
    const std::string form = "grant_type=password&username=" + chassis::base::percent_encode(email_) +
                             "&password=" + chassis::base::percent_encode(password);
    Headers as_form{{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto logged_in = co_await send_when_allowed(Method::post, "/auth/token", form, std::move(as_form));
    expect("log in", logged_in, 200);
    token_ = chassis::model::from_json<Token>(logged_in.body).access_token;
}

chassis::Task<contracts::Product> Shopper::look_at(contracts::ProductId id) {
    const auto reply = co_await send(Method::get, "/products/" + std::to_string(id.value));
    expect("look at the product", reply, 200);
    co_return chassis::model::from_json<contracts::Product>(reply.body);
}

chassis::Task<> Shopper::put_in_cart(contracts::ProductId id, int quantity) {
    const auto reply = co_await send(Method::put, "/cart/items/" + std::to_string(id.value),
                                     "{\"quantity\":" + std::to_string(quantity) + "}");
    expect("put into the cart", reply, 200);
}

chassis::Task<contracts::Order> Shopper::order(std::string payment_method, std::string idempotency_key,
                                               std::chrono::milliseconds patience) {
    const auto until = Clock::now() + patience;
    const std::string body = chassis::model::to_json(contracts::NewOrder{std::move(payment_method)});
    for (;;) {
        std::string why;
        int status = 0;
        try {
            Headers key{{"Idempotency-Key", idempotency_key}};
            const auto reply = co_await send(Method::post, "/orders", body, std::move(key));
            if (reply.status == 201) co_return chassis::model::from_json<contracts::Order>(reply.body);
            if (!is_passing(reply)) throw Refused("place the order", reply.status, reply.body);
            status = reply.status;
            why = reply.body;
        } catch (const ClientError& error) {
            why = error.what();
        }
        if (Clock::now() >= until) throw Refused("place the order", status, why);
        co_await chassis::async::sleep_for(100ms);
    }
}

chassis::Task<contracts::Order> Shopper::look_at(contracts::OrderId id) {
    const auto reply = co_await send(Method::get, "/orders/" + to_string(id));
    expect("look at the order", reply, 200);
    co_return chassis::model::from_json<contracts::Order>(reply.body);
}

chassis::Task<contracts::Order> Shopper::wait_for_outcome(contracts::OrderId id, std::chrono::milliseconds patience) {
    const auto until = Clock::now() + patience;
    for (;;) {
        std::string why = "it is still pending";
        try {
            auto order = co_await look_at(id);
            if (order.status != contracts::OrderStatus::pending) co_return order;
        } catch (const ClientError& error) {
            why = error.what();
        } catch (const Refused& error) {
            if (error.status < 500) throw;
            why = error.what();
        }
        if (Clock::now() >= until) throw std::runtime_error("order " + to_string(id) + " has no outcome: " + why);
        co_await chassis::async::sleep_for(20ms);
    }
}

chassis::Task<std::string> Shopper::mails() {
    const auto reply = co_await send(Method::get, "/v1/mailbox?to=" + chassis::base::percent_encode(email_));
    expect("look into the mailbox", reply, 200);
    co_return reply.body;
}

}  // namespace neighborhood
