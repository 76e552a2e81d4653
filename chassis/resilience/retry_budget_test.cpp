#include "chassis/resilience/retry_budget.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace chassis::resilience {
namespace {

using namespace std::chrono_literals;

constexpr RetryBudget::Clock::time_point start{1h};

TEST(RetryBudgetTest, gives_one_retry_for_ten_calls_once_the_reserve_is_spent) {
    RetryBudget budget({.per_call = 0.1, .reserve = 3, .per_second = 0});
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.try_retry());
    EXPECT_FALSE(budget.try_retry());
    int retries = 0;
    for (int i = 0; i < 1000; ++i) {
        budget.record_call();
        if (budget.try_retry()) ++retries;
    }
    EXPECT_EQ(retries, 100);
}

TEST(RetryBudgetTest, saves_up_no_more_than_its_reserve) {
    RetryBudget budget({.per_call = 0.1, .reserve = 2, .per_second = 0});
    for (int i = 0; i < 1000; ++i) budget.record_call();
    EXPECT_EQ(budget.left(), 2u);
}

TEST(RetryBudgetTest, allows_so_many_a_second_whatever_the_calls_earn) {
    RetryBudget budget({.per_call = 0.1, .reserve = 0, .per_second = 2});
    EXPECT_TRUE(budget.try_retry(start));
    EXPECT_TRUE(budget.try_retry(start));
    EXPECT_FALSE(budget.try_retry(start));
    EXPECT_FALSE(budget.try_retry(start + 499ms));
    EXPECT_TRUE(budget.try_retry(start + 500ms));
    EXPECT_FALSE(budget.try_retry(start + 500ms));
}

TEST(RetryBudgetTest, spends_what_was_earned_before_what_is_always_allowed) {
    RetryBudget budget({.per_call = 0.1, .reserve = 1, .per_second = 1});
    EXPECT_TRUE(budget.try_retry(start));
    EXPECT_EQ(budget.left(), 0u);
    EXPECT_TRUE(budget.try_retry(start));
    EXPECT_FALSE(budget.try_retry(start));
}

TEST(RetryBudgetTest, several_threads_together_spend_no_more_than_there_is) {
    RetryBudget budget({.per_call = 0.1, .reserve = 100, .per_second = 0});
    std::atomic<int> retries = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i) {
                if (budget.try_retry()) ++retries;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(retries, 100);
}

TEST(RetryBudgetTest, a_setting_outside_of_its_range_is_refused) {
    EXPECT_THROW(RetryBudget({.per_call = -0.1}), std::invalid_argument);
    EXPECT_THROW(RetryBudget({.per_call = 1.1}), std::invalid_argument);
    EXPECT_THROW(RetryBudget({.per_second = -1}), std::invalid_argument);
}

}  // namespace
}  // namespace chassis::resilience
