#include "chassis/app/observe.hpp"

#include <atomic>
#include <string>
#include <unordered_map>

namespace chassis::app {
namespace {

// A route's text is its operation's own, so its address tells routes apart.
struct Key {
    const void* route;  // where its text stands: a route has one place
    http::Method method;
    int status;
    bool operator==(const Key&) const = default;
};
struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
        return std::hash<const void*>{}(key.route) ^ static_cast<std::size_t>(key.status) << 3 ^
               static_cast<std::size_t>(key.method);
    }
};
struct Seen {
    std::uint64_t number = 0;
    std::unordered_map<Key, telemetry::Histogram*, KeyHash> histograms;
};

std::atomic<std::uint64_t> last_number{0};

}  // namespace

RequestMetrics::RequestMetrics(telemetry::Metrics& metrics)
    : metrics_(metrics), number_(last_number.fetch_add(1) + 1) {}

void RequestMetrics::completed(const http::Completed& completed) const {
    find(completed).observe(std::chrono::duration<double>(completed.duration).count());
}

telemetry::Histogram& RequestMetrics::find(const http::Completed& completed) const {
    thread_local Seen seen;
    if (seen.number != number_) seen = {number_, {}};
    const Key key{static_cast<const void*>(completed.route.data()), completed.request.method, completed.status};
    auto& histogram = seen.histograms[key];
    if (histogram == nullptr) {
        histogram = &metrics_.histogram("http_server_request_duration_seconds",
                                        "Time from the head of a request to its reply", telemetry::duration_buckets(),
                                        {{"method", std::string(to_string(key.method))},
                                         {"route", std::string(completed.route)},
                                         {"status", std::to_string(key.status)}});
    }
    return *histogram;
}

}  // namespace chassis::app
