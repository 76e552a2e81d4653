#include "chassis/base/clock.hpp"

#include <gtest/gtest.h>

namespace chassis::base {
namespace {

using namespace std::chrono;

TEST(ClockTest, a_manual_clock_moves_only_when_told) {
    ManualClock clock(Time{seconds(100)});
    EXPECT_EQ(clock.now(), Time{seconds(100)});
    clock.advance(milliseconds(1500));
    EXPECT_EQ(clock.now(), Time{milliseconds(101'500)});
    clock.set(Time{});
    EXPECT_EQ(clock.now(), Time{});
}

TEST(ClockTest, text_is_that_of_rfc_3339) {
    EXPECT_EQ(to_rfc3339(Time{}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(Time{seconds(1'709'210'096)} + microseconds(7)), "2024-02-29T12:34:56.000007Z");
    EXPECT_EQ(to_rfc3339(Time{microseconds(-1)}), "1969-12-31T23:59:59.999999Z");
}

TEST(ClockTest, every_offset_and_fraction_is_read) {
    EXPECT_EQ(parse_rfc3339("2024-02-29T12:34:56Z"), Time{seconds(1'709'210'096)});
    EXPECT_EQ(parse_rfc3339("2024-02-29t14:04:56.5+01:30"), Time{milliseconds(1'709'210'096'500)});
    EXPECT_EQ(parse_rfc3339("2024-02-29 04:34:56.1234567-08:00"), Time{microseconds(1'709'210'096'123'456)});
}

TEST(ClockTest, what_is_written_is_read_again) {
    for (std::int64_t count : {0L, 1L, -1L, 999'999L, 253'402'300'799'999'999L, -62'167'219'200'000'000L}) {
        const Time time{microseconds(count)};
        EXPECT_EQ(parse_rfc3339(to_rfc3339(time)), time);
    }
}

TEST(ClockTest, a_day_that_does_not_exist_or_another_format_is_refused) {
    for (std::string_view text :
         {"", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z",
          "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00", "2024-01-01", "2024-1-01T00:00:00Z",
          "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Z ", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+0100"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

}  // namespace
}  // namespace chassis::base
