#include <gmock/gmock.h>

#include "chassis/async/run.hpp"
#include "chassis/base/text.hpp"
#include "chassis/http/test_socket.hpp"
#include "chassis/model/json.hpp"
#include "tests/end_to_end/running_neighborhood.hpp"

namespace neighborhood {

namespace {

using chassis::http::Method;
using testing::HasSubstr;
using testing::StartsWith;

struct Token {
    std::string access_token;
};

// One neighborhood serves all tests of this file: none of them leaves anything that another would see.
class AccessTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { shop = new RunningNeighborhood; }
    static void TearDownTestSuite() {
        delete shop;
        shop = nullptr;
    }
    static RunningNeighborhood* shop;
};
RunningNeighborhood* AccessTest::shop = nullptr;

TEST_F(AccessTest, the_first_product_is_the_socks_of_doom) {
    auto visitor = shop->shopper("visitor");
    const auto reply = chassis::async::run(visitor.send(Method::get, "/products/1"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.body, HasSubstr(R"("id":1,"name":"Socks of Doom","price":12.99)"));
}

TEST_F(AccessTest, an_unknown_product_is_a_404) {
    auto visitor = shop->shopper("visitor");
    const auto reply = chassis::async::run(visitor.send(Method::get, "/products/4711"));
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.body, R"({"detail":"Not found"})");
}

TEST_F(AccessTest, a_product_id_that_is_no_number_is_a_422_that_says_where) {
    auto visitor = shop->shopper("visitor");
    const auto reply = chassis::async::run(visitor.send(Method::get, "/products/socks"));
    EXPECT_EQ(reply.status, 422);
    EXPECT_THAT(reply.body, HasSubstr(R"("type":"int_parsing","loc":["path","product_id"])"));
}

TEST_F(AccessTest, an_order_without_a_token_is_a_401) {
    auto stranger = shop->shopper("stranger");
    const auto reply = chassis::async::run(stranger.send(
        Method::post, "/orders", R"({"payment_method":"pm_card_approved"})", {{"Idempotency-Key", "stranger-1"}}));
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.body, R"({"detail":"Not authenticated"})");
    EXPECT_EQ(reply.headers.get("WWW-Authenticate"), "Bearer");
}

TEST_F(AccessTest, a_forged_token_is_a_401) {
    auto forger = shop->shopper("forger");
    const auto reply = chassis::async::run(
        forger.send(Method::get, "/cart", {}, {{"Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}}));
    EXPECT_EQ(reply.status, 401);
}

TEST_F(AccessTest, another_customers_order_is_a_404) {
    auto alice = shop->shopper("alice");
    auto mallory = shop->shopper("mallory");
    chassis::async::run(alice.arrive());
    chassis::async::run(mallory.arrive());
    chassis::async::run(alice.put_in_cart(contracts::ProductId{2}, 1));
    const auto order = chassis::async::run(alice.order("pm_card_approved", "alice-1", std::chrono::seconds(10)));
    const auto own = chassis::async::run(alice.send(Method::get, "/orders/" + to_string(order.id)));
    const auto others = chassis::async::run(mallory.send(Method::get, "/orders/" + to_string(order.id)));
    EXPECT_EQ(own.status, 200);
    EXPECT_EQ(others.status, 404);
    EXPECT_EQ(others.body, R"({"detail":"Not found"})");
}

TEST_F(AccessTest, what_services_say_among_themselves_is_not_reachable_from_outside) {
    auto visitor = shop->shopper("visitor");
    const std::pair<const char*, int> paths[] = {{"/internal/orders", 404},
                                                 {"/products/../internal/stock", 400},
                                                 {"/metrics", 404},
                                                 {"/v1/reservations/1", 404}};
    for (const auto& [path, status] : paths) {
        EXPECT_EQ(chassis::async::run(visitor.send(Method::get, path)).status, status) << path;
    }
}

TEST_F(AccessTest, a_registration_takes_real_names_and_addresses_and_no_control_characters) {
    auto visitor = shop->shopper("visitor");
    const auto status_of = [&](const std::string& email, const std::string& name) {
        const std::string body =
            R"({"email":")" + email + R"(","password":"a long enough one","name":")" + name + R"("})";
        return chassis::async::run(visitor.send(Method::post, "/auth/register", body)).status;
    };
    EXPECT_EQ(status_of("o'brien@example.com", "Siobh\u00e1n O'Brien"), 201);
    EXPECT_EQ(status_of("mallory@example.com", R"(Mallory\r\nBcc: everybody)"), 422);
    EXPECT_EQ(status_of(R"(mallory\r\nBcc:x@example.com)", "Mallory"), 422);
}

TEST_F(AccessTest, the_location_of_a_registration_leads_to_the_customer) {
    auto newcomer = shop->shopper("newcomer");
    const std::string body = R"({"email":")" + newcomer.email() + R"(","password":"a long enough one","name":"N"})";
    const auto registered = chassis::async::run(newcomer.send(Method::post, "/auth/register", body));
    ASSERT_EQ(registered.status, 201);
    const std::string location(registered.headers.get("Location").value_or(""));
    EXPECT_EQ(chassis::async::run(newcomer.send(Method::get, location)).status, 401);
    const std::string form = "grant_type=password&username=" + chassis::base::percent_encode(newcomer.email()) +
                             "&password=" + chassis::base::percent_encode("a long enough one");
    const auto logged_in = chassis::async::run(
        newcomer.send(Method::post, "/auth/token", form, {{"Content-Type", "application/x-www-form-urlencoded"}}));
    EXPECT_EQ(logged_in.headers.get("Cache-Control"), "no-store");
    const auto token = chassis::model::from_json<Token>(logged_in.body).access_token;
    const auto found =
        chassis::async::run(newcomer.send(Method::get, location, {}, {{"Authorization", "Bearer " + token}}));
    EXPECT_EQ(found.status, 200);
    EXPECT_THAT(found.body, HasSubstr(newcomer.email()));
}

TEST_F(AccessTest, the_location_of_an_order_leads_to_the_order) {
    auto alice = shop->shopper("alice");
    chassis::async::run(alice.arrive());
    chassis::async::run(alice.put_in_cart(contracts::ProductId{3}, 1));
    const auto placed = chassis::async::run(alice.send(
        Method::post, "/orders", R"({"payment_method":"pm_card_approved"})", {{"Idempotency-Key", "location-1"}}));
    ASSERT_EQ(placed.status, 201);
    const std::string location(placed.headers.get("Location").value_or(""));
    EXPECT_EQ(chassis::async::run(alice.send(Method::get, location)).status, 200);
}

TEST_F(AccessTest, the_gateways_document_names_those_of_the_services) {
    auto visitor = shop->shopper("visitor");
    const auto own = chassis::async::run(visitor.send(Method::get, "/openapi.json"));
    EXPECT_THAT(own.body, HasSubstr("/openapi/order.json"));
    const auto orders = chassis::async::run(visitor.send(Method::get, "/openapi/order.json"));
    EXPECT_EQ(orders.status, 200);
    EXPECT_THAT(orders.body, HasSubstr(R"("/v1/orders/{order_id}")"));
}

TEST_F(AccessTest, a_visitors_deadline_is_not_read) {
    const auto& gateway = shop->gateway();
    auto visitor = chassis::http::TestSocket::connect(
        static_cast<std::uint16_t>(std::stoi(gateway.substr(gateway.rfind(':') + 1))));
    visitor.send("GET /products/1 HTTP/1.1\r\nHost: shop\r\nX-Request-Deadline-Ms: 0\r\n\r\n");
    EXPECT_THAT(visitor.reply(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(AccessTest, an_email_address_cannot_carry_a_second_header_line) {
    auto forger = shop->shopper("forger");
    const std::string body = R"({"email":"a@b.com\r\nX:1","password":"long enough","name":"M"})";
    const auto reply = chassis::async::run(forger.send(Method::post, "/auth/register", body));
    EXPECT_EQ(reply.status, 422);
}

TEST_F(AccessTest, an_order_without_an_idempotency_key_is_a_400) {
    auto hasty = shop->shopper("hasty");
    chassis::async::run(hasty.arrive());
    const auto reply =
        chassis::async::run(hasty.send(Method::post, "/orders", R"({"payment_method":"pm_card_approved"})"));
    EXPECT_EQ(reply.status, 400);
}

}  // namespace

}  // namespace neighborhood
