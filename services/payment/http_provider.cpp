#include "services/payment/http_provider.hpp"

#include <stdexcept>
#include <vector>

#include "chassis/base/text.hpp"
#include "chassis/model/json.hpp"

namespace payment {

namespace {

using chassis::http::ClientRequest;
using chassis::http::ClientResponse;
using chassis::http::Method;

struct NewCharge {
    contracts::PaymentId reference;
    chassis::Money amount;
    std::string payment_method;
};

struct ChargePage {
    std::vector<Charge> items;
};

const std::string& body_of(const ClientResponse& reply, const std::string& what) {
    if (reply.status < 200 || reply.status > 299) {
        throw std::runtime_error("the payment provider answered " + what + " with " + std::to_string(reply.status) +
                                 " " + reply.body);
    }
    return reply.body;
}

}  // namespace

chassis::Task<Charge> HttpProvider::charge(contracts::PaymentId id, chassis::Money amount,
                                           std::string payment_method) const {
    ClientRequest request(Method::post, url_ + "/v1/charges",
                          chassis::model::to_json(NewCharge{id, amount, payment_method}));
    request.headers.append("Idempotency-Key", to_string(id));
    request.idempotent = true;
    const auto reply = co_await client_.send(std::move(request));
    if (reply.status == 402 || reply.status == 422) {
        co_return Charge{.id = "",
                         .reference = id,
                         .status = ChargeStatus::declined,
                         .reason = "refused_by_provider_" + std::to_string(reply.status)};
    }
    co_return chassis::model::from_json<Charge>(body_of(reply, "a charge"));
}

chassis::Task<std::optional<Charge>> HttpProvider::find(contracts::PaymentId id) const {
    ClientRequest request(Method::get, url_ + "/v1/charges?reference=" + to_string(id));
    const auto reply = co_await client_.send(std::move(request));
    auto page = chassis::model::from_json<ChargePage>(body_of(reply, "a question for a charge"));
    if (page.items.empty()) co_return std::nullopt;
    co_return std::move(page.items.front());
}

chassis::Task<> HttpProvider::refund(contracts::PaymentId id, std::string charge_id) const {
    ClientRequest request(Method::post, url_ + "/v1/charges/" + chassis::base::percent_encode(charge_id) + "/refund",
                          "{}");
    request.headers.append("Idempotency-Key", "refund-" + to_string(id));
    request.idempotent = true;
    const auto reply = co_await client_.send(std::move(request));
    body_of(reply, "a refund");
}

}  // namespace payment
