// What is undone when an order does not come about, or comes about too late.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "tests/end_to_end/running_neighborhood.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using chassis::http::ClientError;
using chassis::http::Method;
using contracts::OrderStatus;
using contracts::ProductId;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr ProductId socks{1};

chassis::Task<bool> stock_becomes(Shopper& shopper, int wanted) {
    for (const auto until = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < until;) {
        const auto product = co_await shopper.look_at(socks);
        if (product.stock == wanted) co_return true;
        co_await chassis::async::sleep_for(20ms);
    }
    co_return false;
}

// The order service dies with the stock held and the order not placed, and nobody asks again.
TEST(CompensationTest, the_stock_of_an_order_that_never_came_about_is_put_back) {
    RunningNeighborhood shop(
        {.failpoints = {{"order", "write.before_commit=kill:3"}},  // after the claim and the intent
         .environment = {{"DEMO_STOCK", "5"}, {"SETTLE_AFTER_MS", "1500"}}});
    auto alice = shop.shopper("alice");
    chassis::async::run(alice.arrive());
    chassis::async::run(alice.put_in_cart(socks, 3));
    shop.count_failpoints();
    chassis::http::ClientRequest order(Method::post, shop.state().url("order") + "/v1/orders",
                                       R"({"payment_method":"pm_card_approved"})");
    order.headers.append("Authorization", "Bearer " + alice.token());
    order.headers.append("Idempotency-Key", "alice-1");
    EXPECT_THROW(chassis::async::run(shop.client().send(std::move(order))), ClientError);

    EXPECT_TRUE(chassis::async::run(stock_becomes(alice, 5)));
    shop.expect_settled(20s);
    const auto books = chassis::async::run(read_books(shop.client(), shop.state()));
    EXPECT_THAT(books.orders, IsEmpty());
    ASSERT_THAT(books.reservations, SizeIs(1)) << "it was held";
    EXPECT_EQ(books.reservations[0].status, contracts::ReservationStatus::released);
    EXPECT_EQ(shop.restarts("order"), 1);
}

// The card is approved when the reservation has expired and somebody else has bought what there was.
TEST(CompensationTest, a_payment_that_comes_too_late_is_given_back) {
    RunningNeighborhood shop({.environment = {{"DEMO_STOCK", "1"}, {"TIME_TO_PAY_MS", "500"}}});
    auto alice = shop.shopper("alice");
    auto bob = shop.shopper("bob");
    chassis::async::run(alice.arrive());
    chassis::async::run(bob.arrive());
    chassis::async::run(alice.put_in_cart(socks, 1));
    chassis::async::run(bob.put_in_cart(socks, 1));
    const auto late = chassis::async::run(alice.order("pm_card_slow", "alice-1", 10s));
    ASSERT_TRUE(chassis::async::run(stock_becomes(bob, 1))) << "the reservation expires";
    const auto quick = chassis::async::run(bob.order("pm_card_approved", "bob-1", 10s));
    EXPECT_EQ(chassis::async::run(bob.wait_for_outcome(quick.id, 20s)).status, OrderStatus::paid);
    shop.expect_settled(60s);
    EXPECT_EQ(chassis::async::run(alice.look_at(late.id)).status, OrderStatus::refunded);
    EXPECT_THAT(chassis::async::run(alice.mails()), HasSubstr("is on its way back"));
    const auto books = chassis::async::run(read_books(shop.client(), shop.state()));
    ASSERT_THAT(books.charges, SizeIs(2)) << "the provider took both";
    EXPECT_EQ(std::ranges::count(books.charges, true, &ChargeRecord::refunded), 1);
}

}  // namespace

}  // namespace neighborhood
