#include "chassis/resilience/token_bucket.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace chassis::resilience {
namespace {

using namespace std::chrono_literals;

constexpr TokenBucket::Clock::time_point start{1h};

TEST(TokenBucketTest, gives_the_burst_and_then_the_rate) {
    TokenBucket bucket({.per_second = 4, .burst = 2});
    EXPECT_EQ(bucket.take(start).remaining, 1u);
    EXPECT_EQ(bucket.take(start).remaining, 0u);
    const auto refused = bucket.take(start + 50ms);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_after, 200ms);
    EXPECT_TRUE(bucket.take(start + 250ms).allowed);
    EXPECT_FALSE(bucket.take(start + 250ms).allowed);
}

TEST(TokenBucketTest, never_saves_up_more_than_the_burst) {
    TokenBucket bucket({.per_second = 1000, .burst = 3});
    int allowed = 0;
    while (bucket.take(start + 1h).allowed) ++allowed;
    EXPECT_EQ(allowed, 3);
}

TEST(TokenBucketTest, several_threads_together_get_no_more_than_there_is) {
    TokenBucket bucket({.per_second = 1, .burst = 1000});
    std::atomic<int> allowed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                if (bucket.take(start).allowed) ++allowed;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(allowed, 1000);
}

TEST(TokenBucketTest, a_rate_of_nothing_is_refused) {
    EXPECT_THROW(TokenBucket({.per_second = 0}), std::invalid_argument);
    EXPECT_THROW(TokenBucket({.burst = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace chassis::resilience
