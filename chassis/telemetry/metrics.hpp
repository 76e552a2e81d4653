// Counters, gauges and histograms, printed in Prometheus' text format.
//
//     Metrics metrics;
//     Counter& orders = metrics.counter("orders_total", "Orders placed", {{"result", "paid"}});
//     orders.add();
//     Histogram& took = metrics.histogram("http_request_duration_seconds", "Time to answer", duration_buckets());
//     took.observe(0.012);
//     std::string text = metrics.render();
//
// Asking for the same name and labels again gives the same object. Adding takes no lock: threads count in slots of
// their own, which render() adds up.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chassis::telemetry {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Only grows.
class Counter {
  public:
    Counter();
    void add(std::uint64_t by = 1) noexcept;
    [[nodiscard]] std::uint64_t value() const noexcept;

  private:
    struct alignas(64) Slot {
        std::atomic<std::uint64_t> count{0};
    };
    std::unique_ptr<Slot[]> slots_;
};

/// Goes up and down.
class Gauge {
  public:
    void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
    void add(double by) noexcept { value_.fetch_add(by, std::memory_order_relaxed); }
    [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<double> value_{0};
};

/// How many values fell into each bucket, and their sum.
class Histogram {
  public:
    /// `bounds`: the largest value of each bucket, ascending; one more bucket takes the rest.
    explicit Histogram(std::span<const double> bounds);
    void observe(double value) noexcept;

    struct Snapshot {
        /// One more than there are bounds.
        std::vector<std::uint64_t> counts;
        double sum = 0;
    };
    [[nodiscard]] Snapshot snapshot() const;
    [[nodiscard]] std::span<const double> bounds() const noexcept { return bounds_; }

  private:
    struct alignas(64) Slot {
        std::unique_ptr<std::atomic<std::uint64_t>[]> counts;
        std::atomic<double> sum{0};
    };
    std::vector<double> bounds_;
    std::unique_ptr<Slot[]> slots_;
};

/// Seconds, from half a millisecond to ten seconds.
[[nodiscard]] std::span<const double> duration_buckets() noexcept;

class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// What these return lives as long as the Metrics. They take a lock: keep the reference. They throw
    /// std::invalid_argument when the name or a label's is not one of Prometheus', or when the name already stands for
    /// another kind of metric.
    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                         Labels labels = {});
    /// A gauge that is asked for its value when somebody scrapes, from any thread. Asking again replaces it.
    void gauge_callback(std::string_view name, std::string_view help, Labels labels,
                        std::move_only_function<double()> f);

    /// All of them by name, in the text format, version 0.0.4.
    [[nodiscard]] std::string render() const;

  private:
    struct Registry;
    std::unique_ptr<Registry> registry_;
};

}  // namespace chassis::telemetry

namespace chassis {
using telemetry::Metrics;
}
