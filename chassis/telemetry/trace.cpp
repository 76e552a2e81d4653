#include "chassis/telemetry/trace.hpp"

#include <exception>

#include "chassis/telemetry/span_queue.hpp"

namespace chassis::telemetry {
namespace {

// The current context with another trace.
async::Context with_trace(const base::TraceContext& trace) {
    async::Context context;
    if (const auto* current = async::Context::current()) context = *current;
    context.trace = trace;
    return context;
}

base::TraceContext current_trace() noexcept {
    const auto* current = async::Context::current();
    return current ? current->trace : base::TraceContext{};
}

}  // namespace

base::TraceContext begin_trace() noexcept {
    return base::TraceContext::generate(SpanQueue::instance().samples_new_trace());
}

bool is_recorded(const base::TraceContext& trace) noexcept { return trace.sampled && SpanQueue::instance().is_open(); }

void record(SpanRecord span) {
    if (is_recorded(span.trace)) SpanQueue::instance().push(std::move(span));
}

Span::Span(std::string_view name, SpanKind kind) : Span(name, kind, current_trace()) {}

Span::Span(std::string_view name, SpanKind kind, const base::TraceContext& parent)
    : context_(with_trace(parent.valid() ? parent.child() : begin_trace())),
      scope_(context_),
      exceptions_(std::uncaught_exceptions()),
      recorded_(is_recorded(context_.trace)) {
    if (!recorded_) return;
    start_ = std::chrono::steady_clock::now();
    record_.start = std::chrono::system_clock::now();
    record_.trace = context_.trace;
    if (parent.valid()) record_.parent = parent.span_id;
    record_.name = name;
    record_.kind = kind;
}

Span::~Span() {
    if (!recorded_) return;
    if (std::uncaught_exceptions() > exceptions_) record_.failed = true;
    record_.duration = std::chrono::steady_clock::now() - start_;
    try {
        record(std::move(record_));
    } catch (const std::bad_alloc&) {
        // One span fewer; the work itself goes on.
    }
}

void Span::attribute(std::string_view name, Value value) {
    if (recorded_) record_.attributes.emplace_back(name, std::move(value));
}

void Span::fail(std::string_view message) {
    record_.failed = true;
    if (recorded_) record_.message = message;
}

}  // namespace chassis::telemetry
