// Processes are killed between any two durable facts. Whatever happens, every order settles, is charged once and
// nothing is lost: the customers do nothing but repeat a failed POST with the same key.
#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <random>

#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/base/failpoint.hpp"
#include "tests/end_to_end/running_neighborhood.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using contracts::OrderStatus;
using contracts::ProductId;

chassis::Task<> order_socks(Shopper& shopper) {
    const auto placed = co_await shopper.order("pm_card_approved", shopper.email(), 60s);
    const auto order = co_await shopper.wait_for_outcome(placed.id, 60s);
    if (order.status != OrderStatus::paid) throw std::runtime_error("order " + to_string(order.id) + " was not paid");
}

// Which service passes a failpoint on the way from POST /v1/orders to the receipt, and at which of its passes, counted
// from that POST on, it is killed.
struct Step {
    std::string service;
    std::string failpoint;
    int pass = 1;

    std::string name() const { return service + " " + failpoint + " " + std::to_string(pass); }
    friend void PrintTo(const Step& step, std::ostream* out) { *out << step.name(); }
};

std::vector<Step> steps_of_a_purchase() {
    struct Passes {
        const char* failpoint;
        int passes;
    };
    struct Way {
        const char* service;
        std::vector<Passes> passes;
    };
    const Way ways[] = {
        {"gateway", {{"client.after_reply", 1}, {"http.before_reply", 1}}},
        {"order",
         {{"claim.after_insert", 1},
          {"claim.before_complete", 1},
          {"write.before_commit", 5},  // claim, intent, order, outbox, inbox
          {"write.after_commit", 5},
          {"client.after_reply", 4},  // cart, reservation, broker
          {"http.before_reply", 1},
          {"outbox.before_publish", 1},
          {"outbox.after_confirm", 1},
          {"inbox.before_commit", 1},
          {"inbox.after_commit", 1},
          {"inbox.before_acknowledge", 1}}},
        {"cart",
         {{"http.before_reply", 1},
          {"client.after_reply", 3},
          {"write.before_commit", 1},
          {"write.after_commit", 1},
          {"inbox.before_commit", 1},
          {"inbox.after_commit", 1},
          {"inbox.before_acknowledge", 1}}},
        {"product",
         {{"http.before_reply", 1},
          {"client.after_reply", 3},
          {"write.before_commit", 2},  // reservation, sale
          {"write.after_commit", 2},
          {"inbox.before_commit", 1},
          {"inbox.after_commit", 1},
          {"inbox.before_acknowledge", 1}}},
        {"payment",
         {{"inbox.before_commit", 1},
          {"inbox.after_commit", 1},
          {"inbox.before_acknowledge", 1},
          {"job.before_run", 1},
          {"job.after_run", 1},
          {"job.after_commit", 1},
          {"client.after_reply", 3},
          {"http.before_reply", 1},  // the webhook's 204
          {"write.before_commit", 4},
          {"write.after_commit", 4},
          {"outbox.before_publish", 1},
          {"outbox.after_confirm", 1}}},
        {"simulator",
         {{"http.before_reply", 1},
          {"client.after_reply", 1},
          {"write.before_commit", 4},
          {"write.after_commit", 4},
          {"job.before_run", 2},
          {"job.after_run", 2},
          {"job.after_commit", 2}}},
        {"notification",
         {{"client.after_reply", 3},
          {"write.before_commit", 3},
          {"write.after_commit", 3},
          {"inbox.before_commit", 2},  // order.created, order.paid
          {"inbox.after_commit", 2},
          {"inbox.before_acknowledge", 2},
          {"job.before_run", 1},
          {"mail.after_send", 1},
          {"job.after_run", 1},
          {"job.after_commit", 1}}},
        {"broker",
         {{"write.before_commit", 5},
          {"write.after_commit", 5},
          {"broker.after_append", 2},
          {"broker.before_deliver", 4},
          {"http.before_reply", 4}}},
    };
    std::vector<Step> steps;
    for (const auto& way : ways) {
        for (const auto& [failpoint, passes] : way.passes) {
            for (int pass = 1; pass <= passes; ++pass) steps.push_back({way.service, failpoint, pass});
        }
    }
    return steps;
}

class FailpointTest : public testing::TestWithParam<Step> {};

TEST_P(FailpointTest, a_purchase_survives_a_kill_at) {
    const auto& [service, failpoint, pass] = GetParam();
    RunningNeighborhood shop(
        {.failpoints = {{service, failpoint + "=kill:" + std::to_string(pass)}}, .environment = {}});
    auto alice = shop.shopper("alice");
    chassis::async::run(alice.arrive());
    chassis::async::run(alice.put_in_cart(ProductId{1}, 1));
    ASSERT_EQ(shop.restarts(service), 0) << "it died before the purchase";
    shop.count_failpoints();
    chassis::async::run(order_socks(alice));
    shop.expect_settled(60s);
    EXPECT_EQ(shop.restarts(service), 1) << "the failpoint was never hit";
}

INSTANTIATE_TEST_SUITE_P(EveryStep, FailpointTest, testing::ValuesIn(steps_of_a_purchase()), [](const auto& info) {
    std::string name = info.param.name();
    std::ranges::replace_if(name, [](char c) { return c == '.' || c == ' '; }, '_');
    return name;
});

TEST(ChaosTest, every_failpoint_on_the_way_is_killed) {
    const auto steps = steps_of_a_purchase();
    for (const auto name : chassis::failpoint_names()) {
        // Only an event whose handler failed is stored without being handled; tests/integration/kill kills that.
        if (name == "inbox.after_store") continue;
        EXPECT_TRUE(std::ranges::any_of(steps, [&](const Step& step) { return step.failpoint == name; })) << name;
    }
}

TEST(ChaosTest, a_hundred_orders_under_random_kills_settle_and_are_charged_once) {
    const char* given = std::getenv("CHAOS_SEED");
    const unsigned seed = given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    RecordProperty("seed", std::to_string(seed));
    std::printf("CHAOS_SEED=%u repeats the order of the kills\n", seed);
    std::minstd_rand random(seed);

    RunningNeighborhood shop;
    constexpr int orders = 100;
    constexpr int kills_while_ordering = 30;
    std::vector<Shopper> shoppers;
    for (int i = 0; i < orders; ++i) shoppers.push_back(shop.shopper("shopper" + std::to_string(i)));
    std::vector<chassis::Task<>> arrivals;
    for (auto& shopper : shoppers) arrivals.push_back(shopper.arrive());
    chassis::async::run(chassis::async::when_all(std::move(arrivals)));

    int kills = 0;
    int bought = 0;
    // The orders are spread over the kills, so that each kill finds some of them under way.
    const auto keep_buying = [](Shopper& shopper, int begin_at, const int& killed, int& count) -> chassis::Task<> {
        while (killed < begin_at) co_await chassis::async::sleep_for(5ms);
        const auto trying_until = std::chrono::steady_clock::now() + 60s;
        for (;;) {
            std::string why;
            try {
                co_await shopper.put_in_cart(ProductId{1}, 1);
                co_await order_socks(shopper);
                ++count;
                co_return;
            } catch (const chassis::http::ClientError& error) {
                why = error.what();
            } catch (const Refused& refused) {
                if (refused.status != 0 && refused.status < 500) throw;
                why = refused.what();
            }
            if (std::chrono::steady_clock::now() > trying_until) throw std::runtime_error(why);
            co_await chassis::async::sleep_for(50ms);
        }
    };
    const auto keep_killing = [](RunningNeighborhood& where, std::minstd_rand& dice, int& killed,
                                 const int& count) -> chassis::Task<> {
        const std::array victims{"order",  "product",   "payment", "cart", "notification",
                                 "broker", "simulator", "gateway", "auth"};
        const auto until = std::chrono::steady_clock::now() + 120s;
        while (count < orders && std::chrono::steady_clock::now() < until) {
            if (where.kill(victims[dice() % victims.size()])) ++killed;
            co_await chassis::async::sleep_for(std::chrono::milliseconds(100 + dice() % 300));
        }
    };
    std::vector<chassis::Task<>> all;
    for (int i = 0; i < orders; ++i) {
        const int begin_at = i * kills_while_ordering / orders;
        all.push_back(keep_buying(shoppers[static_cast<std::size_t>(i)], begin_at, kills, bought));
    }
    all.push_back(keep_killing(shop, random, kills, bought));
    chassis::async::run(chassis::async::when_all(std::move(all)));
    RecordProperty("kills", kills);
    EXPECT_EQ(bought, orders);
    shop.expect_settled(60s);
    EXPECT_EQ(chassis::async::run(read_books(shop.client(), shop.state())).orders.size(), orders);
}

}  // namespace

}  // namespace neighborhood
