#include "chassis/app/route_tree.hpp"

#include <gtest/gtest.h>

#include <map>

namespace chassis::app {
namespace {

using http::Method;

struct Named final : Endpoint {
    async::Task<http::Response> run(http::Request&, PathValues) const override { co_return http::Response{}; }
    void bind(Binder&) override {}
    void describe(Description&) const override {}
};

class RouteTreeTest : public testing::Test {
  protected:
    void add(const std::string& name, std::string_view text, Method method = Method::get) {
        EXPECT_EQ(tree.add(method, text, endpoints[name]), nullptr);
    }
    // The name of what was found, with the placeholders' values.
    std::string find(std::string_view path, Method method = Method::get) {
        const auto match = tree.find(method, path);
        std::string text = "nothing";
        for (auto& [name, endpoint] : endpoints) {
            if (&endpoint == match.endpoint) text = name;
        }
        for (std::size_t i = 0; i < match.path.count; ++i) text += ' ' + std::string(match.path.values[i]);
        return text;
    }

    RouteTree tree;
    std::map<std::string, Named> endpoints;
};

TEST_F(RouteTreeTest, a_literal_goes_before_a_placeholder) {
    add("me", "/users/me");
    add("user", "/users/{id}");
    EXPECT_EQ(find("/users/me"), "me");
    EXPECT_EQ(find("/users/7"), "user 7");
}

TEST_F(RouteTreeTest, a_literal_that_leads_nowhere_gives_way_to_the_placeholder) {
    add("settings", "/users/me/settings");
    add("orders", "/users/{id}/orders");
    EXPECT_EQ(find("/users/me/orders"), "orders me");
    EXPECT_EQ(find("/users/me/settings"), "settings");
    EXPECT_EQ(find("/users/7/settings"), "nothing");
}

TEST_F(RouteTreeTest, the_other_way_is_tried_when_the_literal_has_not_the_method) {
    add("me", "/users/me", Method::get);
    add("remove", "/users/{id}", Method::delete_);
    EXPECT_EQ(find("/users/me", Method::delete_), "remove me");
}

TEST_F(RouteTreeTest, a_placeholder_takes_one_segment_that_is_not_empty) {
    add("product", "/products/{id}");
    EXPECT_EQ(find("/products/"), "nothing");
    EXPECT_EQ(find("/products/1/2"), "nothing");
    EXPECT_EQ(find("/products"), "nothing");
}

TEST_F(RouteTreeTest, an_encoded_slash_does_not_end_a_segment) {
    add("file", "/files/{name}");
    EXPECT_EQ(find("/files/a%2Fb"), "file a%2Fb");
}

TEST_F(RouteTreeTest, an_encoded_literal_is_the_same_literal) {
    add("product", "/products");
    EXPECT_EQ(find("/pro%64ucts"), "product");
}

TEST_F(RouteTreeTest, the_root_is_a_route) {
    add("root", "/");
    EXPECT_EQ(find("/"), "root");
    EXPECT_EQ(find("/x"), "nothing");
    EXPECT_EQ(find(""), "nothing");
    EXPECT_EQ(find("*"), "nothing");
}

TEST_F(RouteTreeTest, head_is_answered_by_get) {
    add("product", "/products");
    EXPECT_EQ(find("/products", Method::head), "product");
}

TEST_F(RouteTreeTest, the_methods_of_a_path_are_known_when_none_fits) {
    add("product", "/products/{id}");
    add("change", "/products/{id}", Method::put);
    const auto match = tree.find(Method::delete_, "/products/1");
    EXPECT_EQ(match.endpoint, nullptr);
    EXPECT_EQ(RouteTree::method_list(match.methods), "GET, HEAD, PUT");
}

TEST_F(RouteTreeTest, the_same_shape_twice_is_told) {
    add("product", "/products/{id}");
    Named other;
    EXPECT_EQ(tree.add(Method::get, "/products/{other}", other), &endpoints["product"]);
}

}  // namespace
}  // namespace chassis::app
