#include "services/cart/carts.hpp"

#include <gmock/gmock.h>

#include "chassis/database/temporary_database.hpp"
#include "services/cart/cart.hpp"

namespace cart {

namespace {

using namespace chassis;
using contracts::CustomerId;
using contracts::ProductId;

class CartsTest : public testing::Test {
  protected:
    CartsTest() : database(file.open()) { database->migrate(migrations()); }

    void put(int product, int quantity) {
        database->write_blocking([=, this](Transaction& tx) { set_quantity(tx, alice, ProductId{product}, quantity); });
    }
    // product -> quantity
    std::vector<std::pair<std::int64_t, int>> items(CustomerId owner) {
        std::vector<std::pair<std::int64_t, int>> all;
        const auto found = database->read_blocking([=](Connection& db) { return find_cart(db, owner); });
        for (const auto& item : found.items) all.emplace_back(item.product_id.value, item.quantity);
        return all;
    }

    void take_out_ordered(std::vector<contracts::OrderLine> lines) {
        const contracts::OrderCreated order{.order_id = {},
                                            .customer_id = alice,
                                            .email = {},
                                            .lines = std::move(lines),
                                            .total = {},
                                            .payment_method = {}};
        database->write_blocking([&](Transaction& tx) { take_out(tx, order); });
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    const CustomerId alice{Uuid::random()};
};

using Items = std::vector<std::pair<std::int64_t, int>>;

TEST_F(CartsTest, a_quantity_is_set_and_not_added) {
    put(1, 2);
    put(1, 5);
    put(7, 1);
    EXPECT_EQ(items(alice), (Items{{1, 5}, {7, 1}}));
}

TEST_F(CartsTest, a_cart_belongs_to_its_owner) {
    put(1, 2);
    EXPECT_EQ(items(CustomerId{Uuid::random()}), Items{});
}

TEST_F(CartsTest, what_was_ordered_is_taken_out_by_quantity) {
    put(1, 5);
    put(2, 1);
    put(3, 4);
    take_out_ordered({{ProductId{1}, "", 3, {}}, {ProductId{2}, "", 1, {}}});
    EXPECT_EQ(items(alice), (Items{{1, 2}, {3, 4}}));
}

TEST_F(CartsTest, a_quantity_that_was_set_anew_since_is_not_told_from_what_was_ordered) {
    put(1, 2);
    put(2, 2);
    put(1, 2);
    put(2, 5);
    take_out_ordered({{ProductId{1}, "", 2, {}}, {ProductId{2}, "", 2, {}}});
    EXPECT_EQ(items(alice), (Items{{2, 3}}));
}

TEST_F(CartsTest, a_full_cart_takes_no_other_product) {
    for (int product = 1; product <= most_items; ++product) put(product, 1);
    EXPECT_THROW(put(most_items + 1, 1), CartFull);
    put(1, 2);
    EXPECT_EQ(items(alice).size(), static_cast<std::size_t>(most_items));
}

}  // namespace

}  // namespace cart
