#include "chassis/telemetry/log.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

#include "chassis/async/context.hpp"
#include "chassis/base/id.hpp"
#include "chassis/base/money.hpp"

namespace chassis::telemetry {
namespace {

class LogTest : public testing::Test {
  protected:
    LogTest() { collect(Level::info); }
    ~LogTest() override { configure_log({}); }

    void collect(Level level) {
        configure_log({.service = "order",
                       .level = level,
                       .write = [this](std::string_view line) { lines.emplace_back(line); },
                       .clock = &clock});
    }

    base::ManualClock clock{base::Time{std::chrono::microseconds(1'700'000'000'250'000)}};
    std::vector<std::string> lines;
};

TEST_F(LogTest, a_line_is_one_json_object) {
    log_info("order placed", {{"lines", 3}, {"paid", true}, {"ratio", 0.5}, {"by", "Ada"}});
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0],
              R"({"time":"2023-11-14T22:13:20.250000Z","level":"info","service":"order","message":"order placed",)"
              R"("lines":3,"paid":true,"ratio":0.5,"by":"Ada"})"
              "\n");
}

TEST_F(LogTest, a_whole_second_has_its_six_digits_too) {
    clock.set(base::Time{std::chrono::seconds(1'700'000'000)});
    log_info("x");
    EXPECT_TRUE(lines.at(0).starts_with(R"({"time":"2023-11-14T22:13:20.000000Z",)")) << lines[0];
}

TEST_F(LogTest, a_line_carries_the_current_trace) {
    async::Context context{.trace = base::TraceContext::generate(true)};
    async::Context::Scope scope(context);
    log_error("boom");
    EXPECT_NE(lines.at(0).find(R"("trace_id":")" + context.trace.trace_id_hex() + '"'), std::string::npos);
    EXPECT_NE(lines.at(0).find(R"("span_id":")" + context.trace.span_id_hex() + '"'), std::string::npos);
}

TEST_F(LogTest, what_is_below_the_level_is_not_written) {
    log_debug("a");
    EXPECT_TRUE(lines.empty());
    collect(Level::debug);
    log_debug("b");
    EXPECT_EQ(lines.size(), 1u);
    collect(Level::error);
    log_warning("c");
    EXPECT_EQ(lines.size(), 1u);
}

TEST_F(LogTest, no_text_breaks_the_line_or_the_json) {
    log_info("two\nlines \"quoted\" \xFF", {{"na\"me", std::numeric_limits<double>::quiet_NaN()}});
    EXPECT_NE(lines.at(0).find("\"message\":\"two\\nlines \\\"quoted\\\" \xEF\xBF\xBD\",\"na\\\"me\":\"NaN\"}"),
              std::string::npos)
        << lines[0];
}

TEST_F(LogTest, a_type_with_to_string_is_a_value) {
    log_info("x", {{"price", base::Money(1299, "EUR")}, {"id", base::Id<struct Tag>{7}}});
    EXPECT_NE(lines.at(0).find(R"("price":"12.99 EUR","id":"7"})"), std::string::npos) << lines[0];
}

TEST_F(LogTest, threads_do_not_mix_their_lines) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([] {
            for (int i = 0; i < 100; ++i) log_info("from a thread");
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(lines.size(), 400u);
}

TEST(LevelTest, is_read_whatever_its_case) {
    EXPECT_EQ(parse_level("WARNING"), Level::warning);
    EXPECT_EQ(parse_level("debug"), Level::debug);
    EXPECT_EQ(parse_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace chassis::telemetry
