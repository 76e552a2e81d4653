#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "chassis/resilience/backoff.hpp"
#include "chassis/resilience/rate_limit.hpp"
#include "chassis/resilience/retry_budget.hpp"

namespace chassis::resilience {
namespace {

using namespace std::chrono_literals;

constexpr RateLimiter::Clock::time_point start{1h};

TEST(BackoffTest, doubles_up_to_its_cap) {
    const BackoffSettings settings{.base = 100ms, .cap = 1s};
    EXPECT_EQ(longest_backoff(1, settings), 100ms);
    EXPECT_EQ(longest_backoff(2, settings), 200ms);
    EXPECT_EQ(longest_backoff(4, settings), 800ms);
    EXPECT_EQ(longest_backoff(5, settings), 1s);
    EXPECT_EQ(longest_backoff(4'000'000'000u, settings), 1s);
}

TEST(BackoffTest, does_not_overflow_below_a_huge_cap) {
    const BackoffSettings settings{.base = 1s, .cap = std::chrono::nanoseconds::max()};
    EXPECT_EQ(longest_backoff(200, settings), std::chrono::nanoseconds::max());
}

TEST(BackoffTest, spreads_between_half_and_all_of_the_pause) {
    const BackoffSettings settings{.base = 1s, .cap = 1s};
    std::set<std::chrono::nanoseconds> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto pause = backoff(1, settings);
        EXPECT_GE(pause, 500ms);
        EXPECT_LE(pause, 1s);
        seen.insert(pause);
    }
    EXPECT_GT(seen.size(), 900u);
}

TEST(RetryBudgetTest, gives_one_retry_for_ten_calls_once_the_reserve_is_spent) {
    RetryBudget budget({.per_call = 0.1, .reserve = 3});
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
    RetryBudget budget({.per_call = 0.1, .reserve = 2});
    for (int i = 0; i < 1000; ++i) budget.record_call();
    EXPECT_EQ(budget.left(), 2u);
}

TEST(RateLimiterTest, allows_the_burst_and_then_the_rate) {
    RateLimiter limiter({.per_second = 10, .burst = 5});
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.take("ada", start).allowed);
    const auto refused = limiter.take("ada", start);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_after, 100ms);
    EXPECT_FALSE(limiter.take("ada", start + 99ms).allowed);
    EXPECT_TRUE(limiter.take("ada", start + 100ms).allowed);
    EXPECT_FALSE(limiter.take("ada", start + 100ms).allowed);
}

TEST(RateLimiterTest, keeps_keys_apart) {
    RateLimiter limiter({.per_second = 1, .burst = 1});
    EXPECT_TRUE(limiter.take("ada", start).allowed);
    EXPECT_TRUE(limiter.take("bob", start).allowed);
    EXPECT_FALSE(limiter.take("ada", start).allowed);
}

TEST(RateLimiterTest, never_saves_up_more_than_the_burst) {
    RateLimiter limiter({.per_second = 10, .burst = 2});
    EXPECT_TRUE(limiter.take("ada", start).allowed);
    EXPECT_TRUE(limiter.take("ada", start + 1h).allowed);
    EXPECT_TRUE(limiter.take("ada", start + 1h).allowed);
    EXPECT_FALSE(limiter.take("ada", start + 1h).allowed);
}

TEST(RateLimiterTest, does_not_count_what_it_refuses) {
    RateLimiter limiter({.per_second = 10, .burst = 1});
    EXPECT_TRUE(limiter.take("ada", start).allowed);
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limiter.take("ada", start + 50ms).allowed);
    EXPECT_TRUE(limiter.take("ada", start + 100ms).allowed);
}

TEST(RateLimiterTest, many_keys_at_once_hardly_disturb_each_other) {
    RateLimiter limiter({.per_second = 1, .burst = 1});
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
        if (!limiter.take("user-" + std::to_string(i), start).allowed) ++refused;
    }
    EXPECT_LE(refused, 20);
}

TEST(RateLimiterTest, several_threads_together_get_no_more_than_the_limit) {
    RateLimiter limiter({.per_second = 1, .burst = 1000});
    std::atomic<int> allowed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                if (limiter.take("shared", start).allowed) ++allowed;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(allowed, 1000);
}

TEST(RateLimiterTest, a_rate_of_nothing_is_refused) {
    EXPECT_THROW(RateLimiter({.per_second = 0, .burst = 1}), std::invalid_argument);
    EXPECT_THROW(RateLimiter({.per_second = 1, .burst = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace chassis::resilience
