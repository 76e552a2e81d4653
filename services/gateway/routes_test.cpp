#include "services/gateway/routes.hpp"

#include <gmock/gmock.h>

#include <string>

#include "services/gateway/gateway.hpp"

namespace gateway {

namespace {

TEST(RoutesTest, a_prefix_is_replaced_and_the_rest_is_kept) {
    const auto match = find_route("/products/1");
    ASSERT_TRUE(match);
    EXPECT_EQ(match->route->service, "product");
    EXPECT_EQ(match->path, "/v1/products/1");
    EXPECT_EQ(find_route("/products")->path, "/v1/products");
}

TEST(RoutesTest, a_prefix_is_whole_segments) { EXPECT_FALSE(find_route("/cartoons")); }

TEST(RoutesTest, what_services_keep_among_themselves_is_not_reachable) {
    EXPECT_FALSE(find_route("/internal/orders"));
    EXPECT_FALSE(find_route("/v1/reservations/1"));
    EXPECT_FALSE(find_route("/v1/webhooks/provider"));
    EXPECT_FALSE(find_route("/metrics"));
}

TEST(RoutesTest, orders_and_carts_are_for_customers) {
    EXPECT_EQ(find_route("/orders")->route->audience, Audience::customers);
    EXPECT_EQ(find_route("/v1/cart/items/3")->route->audience, Audience::customers);
    EXPECT_EQ(find_route("/products")->route->audience, Audience::everyone);
    EXPECT_EQ(find_route("/mailbox")->route->audience, Audience::developers);
}

TEST(RoutesTest, what_services_call_their_own_paths_is_reached_under_the_same_names) {
    for (const std::string path : {"/v1/me", "/v1/register", "/oauth/token", "/v1/orders/1", "/v1/products/1",
                                   "/v1/cart/items/1", "/v1/mailbox/1"}) {
        const auto match = find_route(path);
        ASSERT_TRUE(match) << path;
        EXPECT_EQ(match->path, path);
    }
    EXPECT_EQ(find_route("/v1/me")->route->audience, Audience::customers);
}

TEST(RoutesTest, the_document_of_a_service_that_is_reached_is_public) {
    for (const std::string service : {"auth", "cart", "order", "product"}) {
        const auto match = find_route("/openapi/" + service + ".json");
        ASSERT_TRUE(match) << service;
        EXPECT_EQ(match->route->service, service);
        EXPECT_EQ(match->path, "/openapi.json");
        EXPECT_EQ(match->route->audience, Audience::everyone);
        EXPECT_THAT(about().description, testing::HasSubstr("/openapi/" + service + ".json"));
    }
    EXPECT_EQ(find_route("/openapi/notification.json")->route->audience, Audience::developers);
    for (const auto* path : {"/openapi/payment.json", "/openapi/broker.json", "/openapi/simulator.json"}) {
        EXPECT_FALSE(find_route(path)) << path;
    }
}

TEST(RoutesTest, only_orders_honour_keys) {
    EXPECT_TRUE(find_route("/orders")->route->honours_keys);
    EXPECT_TRUE(find_route("/v1/orders")->route->honours_keys);
    for (const auto* path : {"/products", "/cart", "/auth/register", "/auth/token", "/mailbox"}) {
        EXPECT_FALSE(find_route(path)->route->honours_keys) << path;
    }
}

TEST(RoutesTest, a_path_that_could_be_read_in_two_ways_is_not_plain) {
    EXPECT_TRUE(is_plain("/products/1"));
    EXPECT_TRUE(is_plain("/"));
    EXPECT_TRUE(is_plain("/products/a%20b"));
    for (const auto* path : {"", "products", "/products/../internal/orders", "/products/%2e%2e/internal",
                             "/products//1", "/products/1%2f..", "/products/..%5cinternal", "/products/\\",
                             "/products/.", "/products/%", "/products/%00"}) {
        EXPECT_FALSE(is_plain(path)) << path;
    }
}

}  // namespace

}  // namespace gateway
