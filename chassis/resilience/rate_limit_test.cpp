#include "chassis/resilience/rate_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace chassis::resilience {
namespace {

using namespace std::chrono_literals;

constexpr RateLimiter::Clock::time_point start{1h};

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

TEST(RateLimiterTest, says_how_many_more_are_allowed) {
    RateLimiter limiter({.per_second = 10, .burst = 3});
    EXPECT_EQ(limiter.take("ada", start).remaining, 2u);
    EXPECT_EQ(limiter.take("ada", start).remaining, 1u);
    EXPECT_EQ(limiter.take("ada", start).remaining, 0u);
    EXPECT_EQ(limiter.take("ada", start).remaining, 0u);
    EXPECT_EQ(limiter.take("ada", start + 250ms).remaining, 1u);
    EXPECT_EQ(limiter.take("ada", start + 1h).remaining, 2u);
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

TEST(RateLimiterTest, looking_says_what_taking_would_and_counts_nothing) {
    RateLimiter limiter({.per_second = 10, .burst = 2});
    for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.look("ada", start).remaining, 1u);
    EXPECT_EQ(limiter.take("ada", start).remaining, 1u);
    EXPECT_TRUE(limiter.take("ada", start).allowed);
    EXPECT_FALSE(limiter.look("ada", start).allowed);
    EXPECT_EQ(limiter.look("ada", start).retry_after, 100ms);
    EXPECT_TRUE(limiter.look("ada", start + 100ms).allowed);
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

TEST(RateLimiterTest, a_key_gets_no_more_than_its_rate_among_any_number_of_others) {
    RateLimiter limiter({.per_second = 1, .burst = 2});
    EXPECT_TRUE(limiter.take("ada", start).allowed);
    EXPECT_TRUE(limiter.take("ada", start).allowed);
    for (int i = 0; i < 100'000; ++i) (void)limiter.take("user-" + std::to_string(i), start);
    EXPECT_FALSE(limiter.take("ada", start).allowed);
}

TEST(RateLimiterTest, a_rate_of_nothing_is_refused) {
    EXPECT_THROW(RateLimiter({.per_second = 0, .burst = 1}), std::invalid_argument);
    EXPECT_THROW(RateLimiter({.per_second = 1, .burst = 0}), std::invalid_argument);
    EXPECT_THROW(RateLimiter({.per_second = 1e-300, .burst = 1}), std::invalid_argument);
    EXPECT_THROW(RateLimiter({.per_second = 1, .burst = 4'000'000'000u}), std::invalid_argument);
}

}  // namespace
}  // namespace chassis::resilience
