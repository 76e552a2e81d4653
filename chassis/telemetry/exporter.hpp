// Sends finished spans to a collector as OTLP JSON (https://opentelemetry.io/docs/specs/otlp, OTLP/HTTP).
//
//     TraceExporter exporter({.service = "order"}, post_to_collector);
//     loop.spawn(exporter.run());
//     ...
//     exporter.stop();                     // run() sends what is left, once, and returns
//
// How a document travels is the sender's business: app/ hands in one that uses http::Client.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "chassis/async/task.hpp"
#include "chassis/telemetry/trace.hpp"

namespace chassis::telemetry {

/// Gets a document; false when it was not taken and is worth sending again.
using TraceSender = std::move_only_function<async::Task<bool>(std::string otlp_json)>;

/// An ExportTraceServiceRequest in JSON.
[[nodiscard]] std::string to_otlp_json(std::string_view service, std::span<const SpanRecord> spans);

/// One at a time in a process.
class TraceExporter {
  public:
    struct Settings {
        std::string service{};
        /// The part of new traces that is sampled, 0 to 1; a trace that came from outside keeps its own flag.
        double sample_ratio = 1;
        /// Finished spans that may wait; what comes on top is dropped.
        std::size_t queue = 8192;
        /// Spans in one document.
        std::size_t batch = 512;
        /// A document is sent when a batch is full or after this long.
        std::chrono::milliseconds interval{1000};
    };

    /// From here on sampled spans are recorded. Throws std::logic_error when there is an exporter already.
    TraceExporter(Settings settings, TraceSender sender);
    /// Spans that were not sent are forgotten. run() has returned, or was never called.
    ~TraceExporter();
    TraceExporter(const TraceExporter&) = delete;
    TraceExporter& operator=(const TraceExporter&) = delete;

    /// Sends until stop(). A batch that is not taken is sent again with growing pauses; meanwhile the queue fills.
    async::Task<> run();
    /// From any thread.
    void stop() noexcept;

    /// Spans that found the queue full, since the start.
    [[nodiscard]] std::uint64_t dropped() const noexcept;

  private:
    Settings settings_;
    TraceSender sender_;
    std::atomic<bool> stopping_{false};
};

}  // namespace chassis::telemetry
