#include <gmock/gmock.h>

#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/async/when_all.hpp"
#include "tests/end_to_end/running_neighborhood.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using chassis::http::Method;
using contracts::OrderStatus;
using contracts::ProductId;
using testing::HasSubstr;

chassis::Task<std::string> mails_with(Shopper& shopper, std::string text) {
    std::string mails;
    for (const auto until = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < until;) {
        mails = co_await shopper.mails();
        if (mails.find(text) != mails.npos) break;
        co_await chassis::async::sleep_for(20ms);
    }
    co_return mails;
}

TEST(PurchaseTest, a_purchase_ends_in_a_receipt) {
    RunningNeighborhood shop;
    auto alice = shop.shopper("alice");
    chassis::async::run(alice.arrive());
    chassis::async::run(alice.put_in_cart(ProductId{1}, 2));
    const auto placed = chassis::async::run(alice.order("pm_card_approved", "alice-1", 10s));
    EXPECT_EQ(placed.total, chassis::Money(2598, "EUR"));
    const auto order = chassis::async::run(alice.wait_for_outcome(placed.id, 20s));
    EXPECT_EQ(order.status, OrderStatus::paid);
    const auto mails = chassis::async::run(mails_with(alice, "Your receipt"));
    EXPECT_THAT(mails, HasSubstr("2 x Socks of Doom at 12.99 EUR"));
    EXPECT_THAT(mails, HasSubstr("Total: 25.98 EUR"));
    shop.expect_settled(20s);
}

TEST(PurchaseTest, a_declined_card_gives_the_stock_back_and_says_so) {
    RunningNeighborhood shop;
    auto bob = shop.shopper("bob");
    chassis::async::run(bob.arrive());
    const auto before = chassis::async::run(bob.look_at(ProductId{3})).stock;
    chassis::async::run(bob.put_in_cart(ProductId{3}, 4));
    const auto placed = chassis::async::run(bob.order("pm_card_declined", "bob-1", 10s));
    const auto order = chassis::async::run(bob.wait_for_outcome(placed.id, 20s));
    EXPECT_EQ(order.status, OrderStatus::payment_failed);
    EXPECT_THAT(chassis::async::run(mails_with(bob, "declined")), HasSubstr("was declined"));
    shop.expect_settled(20s);
    EXPECT_EQ(chassis::async::run(bob.look_at(ProductId{3})).stock, before);
}

TEST(PurchaseTest, a_double_click_and_a_replay_give_one_order) {
    RunningNeighborhood shop;
    auto carol = shop.shopper("carol");
    chassis::async::run(carol.arrive());
    chassis::async::run(carol.put_in_cart(ProductId{5}, 1));
    std::vector<chassis::Task<contracts::Order>> clicks;
    for (int i = 0; i < 2; ++i) clicks.push_back(carol.order("pm_card_approved", "carol-1", 10s));
    const auto orders = chassis::async::run(chassis::async::when_all(std::move(clicks)));
    EXPECT_EQ(orders[0].id, orders[1].id);

    const auto replay = chassis::async::run(carol.send(
        Method::post, "/orders", R"({"payment_method":"pm_card_approved"})", {{"Idempotency-Key", "carol-1"}}));
    EXPECT_EQ(replay.status, 201);
    EXPECT_EQ(replay.headers.get("Idempotent-Replayed"), "true");
    EXPECT_THAT(replay.body, HasSubstr(to_string(orders[0].id)));

    const auto other = chassis::async::run(carol.send(
        Method::post, "/orders", R"({"payment_method":"pm_card_declined"})", {{"Idempotency-Key", "carol-1"}}));
    EXPECT_EQ(other.status, 422);
    shop.expect_settled(20s);
    EXPECT_EQ(chassis::async::run(read_books(shop.client(), shop.state())).orders.size(), 1u);
}

}  // namespace

}  // namespace neighborhood
