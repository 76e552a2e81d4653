#include "chassis/telemetry/metrics.hpp"

#include <prometheus/check_names.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace chassis::telemetry {
namespace {

// Enough slots that loops seldom share one; a power of two.
std::size_t slot_count() noexcept {
    static const std::size_t count = std::bit_ceil(std::clamp(std::thread::hardware_concurrency(), 2u, 32u));
    return count;
}

std::size_t my_slot() noexcept {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) & (slot_count() - 1);
    return mine;
}

bool is_label_name(std::string_view name) noexcept {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !name.empty() && !name.starts_with("__") && fits(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return fits(c) || digit(c); });
}

}  // namespace

Counter::Counter() : slots_(std::make_unique<Slot[]>(slot_count())) {}

void Counter::add(std::uint64_t by) noexcept { slots_[my_slot()].count.fetch_add(by, std::memory_order_relaxed); }

std::uint64_t Counter::value() const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < slot_count(); ++i) sum += slots_[i].count.load(std::memory_order_relaxed);
    return sum;
}

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()), slots_(std::make_unique<Slot[]>(slot_count())) {
    if (!std::ranges::is_sorted(bounds_, std::less_equal{})) {
        throw std::invalid_argument("a histogram's bounds ascend");
    }
    for (std::size_t i = 0; i < slot_count(); ++i) {
        slots_[i].counts = std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1);
    }
}

void Histogram::observe(double value) noexcept {
    const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds_, value) - bounds_.begin());
    Slot& slot = slots_[my_slot()];
    slot.counts[bucket].fetch_add(1, std::memory_order_relaxed);
    slot.sum.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::snapshot() const {
    Snapshot result;
    result.counts.resize(bounds_.size() + 1);
    for (std::size_t i = 0; i < slot_count(); ++i) {
        for (std::size_t b = 0; b < result.counts.size(); ++b) {
            result.counts[b] += slots_[i].counts[b].load(std::memory_order_relaxed);
        }
        result.sum += slots_[i].sum.load(std::memory_order_relaxed);
    }
    return result;
}

std::span<const double> duration_buckets() noexcept {
    static constexpr double bounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    return bounds;
}

struct Metrics::Registry {
    using Kind = prometheus::MetricType;

    // Exactly one of these is set.
    struct Metric {
        std::unique_ptr<Counter> counter;
        std::unique_ptr<Gauge> gauge;
        std::unique_ptr<Histogram> histogram;
        std::move_only_function<double()> callback;
    };

    struct Family {
        Kind kind;
        std::string help;
        std::map<Labels, Metric> metrics;
    };

    mutable std::mutex mutex;
    std::map<std::string, Family, std::less<>> families;

    // The metric, perhaps still empty. The mutex is held.
    Metric& find(Kind kind, std::string_view name, std::string_view help, Labels labels) {
        auto family = families.find(name);
        if (family == families.end()) {
            if (!prometheus::CheckMetricName(std::string(name))) {
                throw std::invalid_argument("not a metric's name: " + std::string(name));
            }
            family = families.emplace(name, Family{kind, std::string(help), {}}).first;
        }
        if (family->second.kind != kind) {
            throw std::invalid_argument("the metric " + std::string(name) + " is of another kind");
        }
        for (const auto& [label, value] : labels) {
            if (!is_label_name(label)) throw std::invalid_argument("not a label's name: " + label);
        }
        std::ranges::sort(labels);
        return family->second.metrics[std::move(labels)];
    }
};

Metrics::Metrics() : registry_(std::make_unique<Registry>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
    std::lock_guard lock(registry_->mutex);
    auto& metric = registry_->find(Registry::Kind::Counter, name, help, std::move(labels));
    if (!metric.counter) metric.counter = std::make_unique<Counter>();
    return *metric.counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels) {
    std::lock_guard lock(registry_->mutex);
    auto& metric = registry_->find(Registry::Kind::Gauge, name, help, std::move(labels));
    if (!metric.gauge) metric.gauge = std::make_unique<Gauge>();
    return *metric.gauge;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                              Labels labels) {
    std::lock_guard lock(registry_->mutex);
    auto& metric = registry_->find(Registry::Kind::Histogram, name, help, std::move(labels));
    if (!metric.histogram) metric.histogram = std::make_unique<Histogram>(bounds);
    return *metric.histogram;
}

void Metrics::gauge_callback(std::string_view name, std::string_view help, Labels labels,
                             std::move_only_function<double()> f) {
    std::lock_guard lock(registry_->mutex);
    registry_->find(Registry::Kind::Gauge, name, help, std::move(labels)).callback = std::move(f);
}

namespace {

prometheus::ClientMetric::Histogram to_prometheus(const Histogram& histogram) {
    const auto snapshot = histogram.snapshot();
    prometheus::ClientMetric::Histogram result;
    std::uint64_t so_far = 0;
    for (std::size_t b = 0; b < snapshot.counts.size(); ++b) {
        so_far += snapshot.counts[b];
        const bool last = b == histogram.bounds().size();
        result.bucket.push_back({so_far, last ? std::numeric_limits<double>::infinity() : histogram.bounds()[b]});
    }
    result.sample_count = so_far;
    result.sample_sum = snapshot.sum;
    return result;
}

}  // namespace

std::string Metrics::render() const {
    std::vector<prometheus::MetricFamily> families;
    std::lock_guard lock(registry_->mutex);
    for (auto& [name, family] : registry_->families) {
        prometheus::MetricFamily printed;
        printed.name = name;
        printed.help = family.help;
        printed.type = family.kind;
        for (auto& [labels, metric] : family.metrics) {
            prometheus::ClientMetric one;
            for (const auto& [label, value] : labels) one.label.push_back({label, value});
            if (metric.counter) one.counter.value = static_cast<double>(metric.counter->value());
            if (metric.gauge) one.gauge.value = metric.gauge->value();
            if (metric.callback) one.gauge.value = metric.callback();
            if (metric.histogram) one.histogram = to_prometheus(*metric.histogram);
            printed.metric.push_back(std::move(one));
        }
        families.push_back(std::move(printed));
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace chassis::telemetry
