#include "chassis/resilience/concurrency_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace chassis::resilience {
namespace {

TEST(ConcurrencyLimitTest, refuses_when_all_places_are_taken) {
    ConcurrencyLimit limit(2);
    auto first = limit.try_enter();
    auto second = limit.try_enter();
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(limit.try_enter());
    EXPECT_EQ(limit.inside(), 2u);
    first.reset();
    EXPECT_EQ(limit.inside(), 1u);
    EXPECT_TRUE(limit.try_enter());
}

TEST(ConcurrencyLimitTest, a_moved_entry_holds_one_place) {
    ConcurrencyLimit limit(2);
    auto entry = limit.try_enter();
    auto other = limit.try_enter();
    {
        ConcurrencyLimit::Entry moved = std::move(*entry);
        entry.reset();
        EXPECT_EQ(limit.inside(), 2u);
        moved = std::move(*other);
        other.reset();
        EXPECT_EQ(limit.inside(), 1u);
    }
    EXPECT_EQ(limit.inside(), 0u);
}

TEST(ConcurrencyLimitTest, several_threads_are_never_more_inside_than_allowed) {
    ConcurrencyLimit limit(3);
    std::atomic<int> inside = 0;
    std::atomic<int> entered = 0;
    std::atomic<bool> too_many = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                const auto entry = limit.try_enter();
                if (!entry) continue;
                ++entered;
                if (++inside > 3) too_many = true;
                --inside;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_FALSE(too_many);
    EXPECT_GT(entered, 0);
    EXPECT_EQ(limit.inside(), 0u);
}

TEST(ConcurrencyLimitTest, a_limit_that_nobody_passes_is_refused) {
    EXPECT_THROW(ConcurrencyLimit(0), std::invalid_argument);
}

}  // namespace
}  // namespace chassis::resilience
