#include "chassis/telemetry/metrics.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace chassis::telemetry {
namespace {

bool has_line(const std::string& text, const std::string& line) {
    return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

TEST(MetricsTest, are_printed_for_prometheus) {
    Metrics metrics;
    metrics.counter("orders_total", "Orders placed", {{"result", "paid"}}).add(3);
    metrics.gauge("queue_length", "Waiting rows").set(2.5);
    const std::string text = metrics.render();
    EXPECT_TRUE(has_line(text, "# HELP orders_total Orders placed")) << text;
    EXPECT_TRUE(has_line(text, "# TYPE orders_total counter")) << text;
    EXPECT_TRUE(has_line(text, R"(orders_total{result="paid"} 3)")) << text;
    EXPECT_TRUE(has_line(text, "# TYPE queue_length gauge")) << text;
    EXPECT_TRUE(has_line(text, "queue_length 2.5")) << text;
}

TEST(MetricsTest, a_histogram_counts_up_to_each_bound) {
    Metrics metrics;
    const double bounds[] = {1, 5};
    auto& histogram = metrics.histogram("took_seconds", "Time", bounds);
    for (const double value : {0.5, 1.0, 1.5, 7.0}) histogram.observe(value);
    const std::string text = metrics.render();
    EXPECT_TRUE(has_line(text, R"(took_seconds_bucket{le="1"} 2)")) << text;
    EXPECT_TRUE(has_line(text, R"(took_seconds_bucket{le="5"} 3)")) << text;
    EXPECT_TRUE(has_line(text, R"(took_seconds_bucket{le="+Inf"} 4)")) << text;
    EXPECT_TRUE(has_line(text, "took_seconds_count 4")) << text;
    EXPECT_TRUE(has_line(text, "took_seconds_sum 10")) << text;
}

TEST(MetricsTest, the_same_name_and_labels_are_the_same_metric) {
    Metrics metrics;
    auto& first = metrics.counter("a_total", "A", {{"x", "1"}, {"y", "2"}});
    auto& again = metrics.counter("a_total", "A", {{"y", "2"}, {"x", "1"}});
    auto& other = metrics.counter("a_total", "A", {{"x", "2"}, {"y", "2"}});
    EXPECT_EQ(&first, &again);
    EXPECT_NE(&first, &other);
}

TEST(MetricsTest, what_several_threads_count_is_added_up) {
    Metrics metrics;
    auto& counter = metrics.counter("a_total", "A");
    auto& histogram = metrics.histogram("b_seconds", "B", duration_buckets());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 10'000; ++i) {
                counter.add();
                histogram.observe(1);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(counter.value(), 40'000u);
    EXPECT_EQ(histogram.snapshot().sum, 40'000);
}

TEST(MetricsTest, a_callback_is_asked_on_each_scrape) {
    Metrics metrics;
    double age = 1;
    metrics.gauge_callback("age_seconds", "Age", {}, [&] { return age; });
    EXPECT_TRUE(has_line(metrics.render(), "age_seconds 1"));
    age = 2;
    EXPECT_TRUE(has_line(metrics.render(), "age_seconds 2"));
}

TEST(MetricsTest, a_label_value_is_escaped) {
    Metrics metrics;
    metrics.counter("a_total", "A", {{"path", "a\"b\\c\nd"}}).add();
    EXPECT_TRUE(has_line(metrics.render(), R"(a_total{path="a\"b\\c\nd"} 1)")) << metrics.render();
}

TEST(MetricsTest, a_name_that_prometheus_refuses_is_refused_here) {
    Metrics metrics;
    EXPECT_THROW(metrics.counter("no-dashes", ""), std::invalid_argument);
    EXPECT_THROW(metrics.counter("a_total", "", {{"1st", "x"}}), std::invalid_argument);
    EXPECT_THROW(metrics.counter("b_total", "", {{"__own", "x"}}), std::invalid_argument);
}

TEST(MetricsTest, a_name_is_of_one_kind) {
    Metrics metrics;
    metrics.counter("a_total", "A");
    EXPECT_THROW(metrics.gauge("a_total", "A"), std::invalid_argument);
}

TEST(HistogramTest, bounds_have_to_ascend) {
    const double bounds[] = {2, 1};
    const double twice[] = {1, 1};
    EXPECT_THROW(Histogram{bounds}, std::invalid_argument);
    EXPECT_THROW(Histogram{twice}, std::invalid_argument);
}

}  // namespace
}  // namespace chassis::telemetry
