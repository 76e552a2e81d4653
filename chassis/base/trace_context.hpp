// Which trace a piece of work belongs to: W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context-1/).
//
//     auto parent = TraceContext::parse(request_header);
//     TraceContext mine = parent ? parent->child() : TraceContext::generate(true);
//     send_header("traceparent", mine.traceparent());
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chassis::base {

struct TraceContext {
    std::array<std::uint8_t, 16> trace_id{};
    std::array<std::uint8_t, 8> span_id{};
    bool sampled = false;

    // Neither id is all zeros.
    bool valid() const noexcept;
    // The same trace, a new span.
    TraceContext child() const noexcept;
    static TraceContext generate(bool sampled) noexcept;

    // "00-<32 hex>-<16 hex>-<01 or 00>".
    std::string traceparent() const;
    // Nothing when the text is not a valid traceparent. Of a version above 00 the known fields are read, as the
    // standard asks.
    static std::optional<TraceContext> parse(std::string_view traceparent) noexcept;

    std::string trace_id_hex() const;
    std::string span_id_hex() const;

    friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

}  // namespace chassis::base
