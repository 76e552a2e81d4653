// The handler without its program: called as the function that it is, and through the app in memory.
#define main run_socks_of_doom
#include "examples/socks_of_doom/main.cpp"
#undef main

#include <gtest/gtest.h>

#include "chassis/app/test_client.hpp"

namespace {

const Shelf shelf{{1, {1, "Socks of Doom", 12.99}}};

TEST(GetProductTest, it_is_a_function) {
    EXPECT_EQ(async::run(get_product(1, shelf)).name, "Socks of Doom");
    EXPECT_THROW(async::run(get_product(2, shelf)), HttpError);
}

TEST(GetProductTest, a_test_client_asks_it_in_memory) {
    App app{"product"};
    app.share(shelf);
    app.get("/products/{product_id}", get_product).errors(404);
    TestClient client(app);
    EXPECT_EQ(client.get("/products/1").body, R"({"id":1,"name":"Socks of Doom","price":12.99})");
    EXPECT_EQ(client.get("/products/2").status, 404);
    EXPECT_EQ(client.get("/products/x").status, 422);
}

}  // namespace
