#include "services/payment/http_provider.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "chassis/async/run.hpp"
#include "chassis/http/test_socket.hpp"

namespace payment {

namespace {

using namespace chassis;
using contracts::PaymentId;

const PaymentId id{Uuid::random()};

// What comes of a charge that the provider answers like this, and what it was asked.
struct Asked {
    std::string request;
    std::optional<Charge> charge;
};

Asked charge_answered_with(const std::string& status, const std::string& body) {
    http::TestListener listener;
    Asked asked;
    std::thread provider([&] {
        auto socket = listener.accept();
        asked.request = socket.reply();
        socket.send("HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        socket.reply();  // until the client has read it and closes
    });
    try {
        http::Client client({});
        const HttpProvider http(client, "http://127.0.0.1:" + std::to_string(listener.port()));
        asked.charge = async::run(http.charge(id, Money(1299, "EUR"), "pm_card_approved"));
    } catch (const std::runtime_error&) {
    }
    provider.join();
    return asked;
}

TEST(HttpProviderTest, a_charge_is_made_under_the_payments_id) {
    const auto asked = charge_answered_with(
        "201 Created", R"({"id":"ch_1","reference":")" + to_string(id) + R"(","status":"pending","reason":null})");
    ASSERT_TRUE(asked.charge);
    EXPECT_EQ(asked.charge->id, "ch_1");
    EXPECT_EQ(asked.charge->status, ChargeStatus::pending);
    EXPECT_TRUE(asked.request.starts_with("POST /v1/charges HTTP/1.1\r\n"));
    EXPECT_NE(asked.request.find("Idempotency-Key: " + to_string(id)), std::string::npos);
    EXPECT_NE(asked.request.find(R"("amount":{"amount":1299,"currency":"EUR"})"), std::string::npos);
}

TEST(HttpProviderTest, a_refusal_that_would_be_the_same_again_is_a_declined_charge) {
    for (const std::string status : {"402 Payment Required", "422 Unprocessable Content"}) {
        const auto asked = charge_answered_with(status, R"({"detail":"no such card"})");
        ASSERT_TRUE(asked.charge) << status;
        EXPECT_EQ(asked.charge->status, ChargeStatus::declined);
        EXPECT_EQ(asked.charge->reason, "refused_by_provider_" + status.substr(0, 3));
        EXPECT_EQ(asked.charge->id, "");
    }
}

TEST(HttpProviderTest, a_trouble_that_may_pass_is_no_outcome) {
    for (const auto* status :
         {"409 Conflict", "429 Too Many Requests", "500 Internal Server Error", "401 Unauthorized"}) {
        EXPECT_FALSE(charge_answered_with(status, "{}").charge) << status;
    }
}

}  // namespace

}  // namespace payment
