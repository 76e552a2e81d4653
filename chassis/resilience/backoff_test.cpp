#include "chassis/resilience/backoff.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

namespace chassis::resilience {
namespace {

using namespace std::chrono_literals;

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

TEST(BackoffTest, lies_between_nothing_and_the_longest_pause_as_chance_has_it) {
    const BackoffSettings settings{.base = 100ms, .cap = 1s};
    constexpr std::uint64_t half = std::uint64_t{1} << 63;
    EXPECT_EQ(backoff(3, settings, 0), 0ms);
    EXPECT_EQ(backoff(3, settings, half), 200ms);
    EXPECT_EQ(backoff(3, settings, ~std::uint64_t{0}), 400ms);
    EXPECT_EQ(backoff(1, {.base = 1s, .cap = std::chrono::nanoseconds::max()}, ~std::uint64_t{0}), 1s);
    EXPECT_EQ(backoff(200, {.base = 1s, .cap = std::chrono::nanoseconds::max()}, ~std::uint64_t{0}),
              std::chrono::nanoseconds::max());
    EXPECT_EQ(backoff(1, {.base = 0ns, .cap = 0ns}, half), 0ns);
}

TEST(BackoffTest, those_who_failed_together_do_not_return_together) {
    const BackoffSettings settings{.base = 1s, .cap = 1s};
    std::set<std::chrono::nanoseconds> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto pause = backoff(1, settings);
        EXPECT_GE(pause, 0s);
        EXPECT_LE(pause, 1s);
        seen.insert(pause);
    }
    EXPECT_GT(seen.size(), 900u);
    EXPECT_LT(*seen.begin(), 250ms);
    EXPECT_GT(*seen.rbegin(), 750ms);
}

}  // namespace
}  // namespace chassis::resilience
