#include <gmock/gmock.h>

#include "chassis/async/run.hpp"
#include "chassis/async/when_all.hpp"
#include "tests/end_to_end/running_neighborhood.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using contracts::ProductId;

enum class Outcome { bought, sold_out };

chassis::Task<Outcome> buy(Shopper& shopper) {
    try {
        const auto placed = co_await shopper.order("pm_card_approved", shopper.email(), 30s);
        const auto order = co_await shopper.wait_for_outcome(placed.id, 30s);
        co_return order.status == contracts::OrderStatus::paid ? Outcome::bought
                                                               : throw std::runtime_error("the order was not paid");
    } catch (const Refused& refused) {
        if (refused.status != 409) throw;
        co_return Outcome::sold_out;
    }
}

TEST(StockTest, fifty_buyers_for_the_last_five_units_make_five_orders) {
    RunningNeighborhood shop;
    const ProductId desks{27};  // twelve in stock
    auto first = shop.shopper("first");
    chassis::async::run(first.arrive());
    const int stock = chassis::async::run(first.look_at(desks)).stock;
    ASSERT_GT(stock, 5);
    chassis::async::run(first.put_in_cart(desks, stock - 5));
    ASSERT_EQ(chassis::async::run(buy(first)), Outcome::bought);

    std::vector<Shopper> buyers;
    for (int i = 0; i < 50; ++i) buyers.push_back(shop.shopper("buyer" + std::to_string(i)));
    const auto get_ready = [](Shopper& shopper, ProductId id) -> chassis::Task<> {
        co_await shopper.arrive();
        co_await shopper.put_in_cart(id, 1);
    };
    std::vector<chassis::Task<>> arrivals;
    for (auto& buyer : buyers) arrivals.push_back(get_ready(buyer, desks));
    chassis::async::run(chassis::async::when_all(std::move(arrivals)));
    std::vector<chassis::Task<Outcome>> rush;
    for (auto& buyer : buyers) rush.push_back(buy(buyer));
    const auto outcomes = chassis::async::run(chassis::async::when_all(std::move(rush)));

    EXPECT_EQ(std::ranges::count(outcomes, Outcome::bought), 5);
    EXPECT_EQ(chassis::async::run(first.look_at(desks)).stock, 0);
    shop.expect_settled(30s);
}

}  // namespace

}  // namespace neighborhood
