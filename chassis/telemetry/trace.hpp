// A piece of work with a start, an end and attributes; the current span is the parent of those that begin inside it.
//
//     Task<Receipt> charge(Card card) {
//         Span span("charge card", SpanKind::client);
//         span.attribute("provider", "simulator");
//         Receipt receipt = co_await provider.charge(card);
//         co_return receipt;
//     }
//
// A span is a variable of a block. It is recorded when the trace is sampled and a TraceExporter runs.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/async/context.hpp"
#include "chassis/telemetry/value.hpp"

namespace chassis::telemetry {

/// The numbers are OTLP's.
enum class SpanKind : std::uint8_t { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

/// What is kept of a finished span.
struct SpanRecord {
    base::TraceContext trace{};
    /// All zeros for the first span of a trace.
    std::array<std::uint8_t, 8> parent{};
    std::string name{};
    SpanKind kind = SpanKind::internal;
    std::chrono::system_clock::time_point start{};
    std::chrono::nanoseconds duration{};
    std::vector<std::pair<std::string, Value>> attributes{};
    bool failed = false;
    /// Why it failed.
    std::string message{};
};

/// The context of a trace that begins here: sampled when an exporter runs and its ratio says so.
[[nodiscard]] base::TraceContext begin_trace() noexcept;

/// True when a record of this trace would be kept, so that making one is worth it.
[[nodiscard]] bool is_recorded(const base::TraceContext& trace) noexcept;
/// Hands a finished span to the exporter: for those who keep their own start, as servers do.
void record(SpanRecord span);

class [[nodiscard]] Span {
  public:
    /// A child of the current context's span, or the first span of a new trace. It is the current one until it ends.
    explicit Span(std::string_view name, SpanKind kind = SpanKind::internal);
    /// A child of the span that sent `parent`, with the deadline and cancellation of the current context: for work that
    /// arrived in a message.
    Span(std::string_view name, SpanKind kind, const base::TraceContext& parent);
    /// Ends it; when an exception is passing through, it has failed.
    ~Span();
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;

    void attribute(std::string_view name, Value value);
    void fail(std::string_view message);
    [[nodiscard]] const base::TraceContext& trace() const noexcept { return context_.trace; }

  private:
    async::Context context_;
    async::Context::Scope scope_;
    int exceptions_;
    bool recorded_;
    std::chrono::steady_clock::time_point start_;
    // Filled only when it is recorded.
    SpanRecord record_;
};

}  // namespace chassis::telemetry

namespace chassis {
using telemetry::Span;
using telemetry::SpanKind;
}  // namespace chassis
