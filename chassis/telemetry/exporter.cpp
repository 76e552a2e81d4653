#include "chassis/telemetry/exporter.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"
#include "chassis/telemetry/log.hpp"
#include "chassis/telemetry/span_queue.hpp"

namespace chassis::telemetry {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
    base::append_json_string(out, name);
    out += ':';
    base::append_json_string(out, text);
}

// 64-bit integers are strings in the JSON form of Protocol Buffers.
void append_attribute(std::string& out, std::string_view name, const Value& value) {
    out += R"({"key":)";
    base::append_json_string(out, name);
    out += R"(,"value":{)";
    if (const auto* integer = std::get_if<std::int64_t>(&value.get())) {
        append_member(out, "intValue", std::to_string(*integer));
    } else {
        const auto kind = value.get().index();
        out += kind == 0 ? R"("boolValue":)" : kind == 2 ? R"("doubleValue":)" : R"("stringValue":)";
        append_json(out, value);
    }
    out += "}}";
}

void append_span(std::string& out, const SpanRecord& span) {
    const auto start = std::chrono::nanoseconds(span.start.time_since_epoch());
    out += '{';
    append_member(out, "traceId", span.trace.trace_id_hex());
    out += ',';
    append_member(out, "spanId", span.trace.span_id_hex());
    if (span.parent != decltype(span.parent){}) {
        out += ',';
        append_member(out, "parentSpanId", base::to_hex(span.parent));
    }
    out += ',';
    append_member(out, "name", span.name);
    out += R"(,"kind":)" + std::to_string(static_cast<int>(span.kind)) + ',';
    append_member(out, "startTimeUnixNano", std::to_string(start.count()));
    out += ',';
    append_member(out, "endTimeUnixNano", std::to_string((start + span.duration).count()));
    out += R"(,"attributes":[)";
    for (std::size_t i = 0; i < span.attributes.size(); ++i) {
        if (i > 0) out += ',';
        append_attribute(out, span.attributes[i].first, span.attributes[i].second);
    }
    out += R"(],"status":{)";
    if (span.failed) {
        out += R"("code":2)";
        if (!span.message.empty()) {
            out += ',';
            append_member(out, "message", span.message);
        }
    }
    out += "}}";
}

// False as well when the sender throws: a collector that is away is no reason to stop.
async::Task<bool> try_to_send(TraceSender& sender, std::string document) {
    bool taken = false;
    try {
        taken = co_await sender(std::move(document));
    } catch (const std::exception& error) {
        log_debug("spans were not sent", {{"error", error.what()}});
    }
    co_return taken;
}

}  // namespace

std::string to_otlp_json(std::string_view service, std::span<const SpanRecord> spans) {
    std::string out;
    out.reserve(256 + spans.size() * 400);
    out += R"({"resourceSpans":[{"resource":{"attributes":[)";
    append_attribute(out, "service.name", service);
    out += R"(]},"scopeSpans":[{"scope":{"name":"neighborhood"},"spans":[)";
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (i > 0) out += ',';
        append_span(out, spans[i]);
    }
    out += "]}]}]}";
    return out;
}

TraceExporter::TraceExporter(Settings settings, TraceSender sender)
    : settings_(std::move(settings)), sender_(std::move(sender)) {
    if (!SpanQueue::instance().open(settings_.queue, settings_.batch, settings_.sample_ratio)) {
        throw std::logic_error("there is a TraceExporter in this process already");
    }
}

TraceExporter::~TraceExporter() { SpanQueue::instance().close(); }

async::Task<> TraceExporter::run() {
    SpanQueue& queue = SpanQueue::instance();
    // Sending is traced by nobody, or each document would be followed by one about itself.
    async::Context context{.trace = base::TraceContext::generate(false)};
    async::Context::Scope scope(context);
    constexpr std::chrono::milliseconds longest_pause{30'000};
    auto pause = settings_.interval;
    std::vector<SpanRecord> batch;
    while (true) {
        if (!stopping_ && !queue.batch_is_full()) co_await queue.bell().wait_for(settings_.interval);
        const bool last = stopping_;
        do {
            if (batch.empty()) queue.take(batch, settings_.batch);
            if (batch.empty()) break;
            const bool taken = co_await try_to_send(sender_, to_otlp_json(settings_.service, batch));
            if (taken) {
                batch.clear();
                pause = settings_.interval;
            } else if (!stopping_) {
                co_await queue.bell().wait_for(pause);
                pause = std::min(pause * 2, longest_pause);
            } else {
                co_return;
            }
        } while (stopping_ || queue.batch_is_full());
        if (last) co_return;
    }
}

void TraceExporter::stop() noexcept {
    stopping_ = true;
    SpanQueue::instance().bell().notify();
}

std::uint64_t TraceExporter::dropped() const noexcept { return SpanQueue::instance().dropped(); }

}  // namespace chassis::telemetry
