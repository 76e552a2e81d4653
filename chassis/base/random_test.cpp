#include "chassis/base/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace chassis::base {
namespace {

TEST(RandomTest, two_threads_draw_different_numbers) {
    std::uint64_t here = random_u64();
    std::uint64_t there = here;
    std::thread([&] { there = random_u64(); }).join();
    EXPECT_NE(here, there);
}

TEST(RandomTest, every_value_below_the_limit_comes_up_and_no_other) {
    std::set<std::uint64_t> drawn;
    for (int i = 0; i < 2000; ++i) drawn.insert(random_below(6));
    EXPECT_EQ(drawn, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(random_below(1), 0u);
}

TEST(RandomTest, a_unit_value_is_at_least_zero_and_below_one) {
    for (int i = 0; i < 1000; ++i) {
        const double value = random_unit();
        EXPECT_GE(value, 0.0);
        EXPECT_LT(value, 1.0);
    }
}

TEST(RandomTest, every_byte_of_an_odd_length_is_filled) {
    std::vector<std::uint8_t> ever_set(13);
    for (int i = 0; i < 100; ++i) {
        std::vector<std::uint8_t> bytes(ever_set.size());
        fill_random(bytes);
        for (std::size_t j = 0; j < bytes.size(); ++j) ever_set[j] |= bytes[j];
    }
    for (const std::uint8_t byte : ever_set) EXPECT_NE(byte, 0);
}

}  // namespace
}  // namespace chassis::base
