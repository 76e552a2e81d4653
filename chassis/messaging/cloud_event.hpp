// The envelope of an event on the wire: CloudEvents 1.0, structured JSON, with the trace context.
//
//     {"specversion":"1.0","id":"0190...","source":"/order","type":"order.paid","time":"2026-01-31T09:05:00Z",
//      "datacontenttype":"application/json","partitionkey":"17","dataversion":"1","traceparent":"00-...","data":{...}}
//
// `partitionkey` and `traceparent` are CloudEvents' own extensions (partitioning, distributed tracing); `dataversion`
// is ours, the major version of `data`, and 1 when it is missing.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"
#include "chassis/base/trace_context.hpp"

namespace chassis::messaging {

struct CloudEvent {
    std::string id;
    std::string source;
    std::string type;
    base::Time time{};
    std::string key;
    int version = 1;
    base::TraceContext trace{};
    /// JSON text.
    std::string data;
};

/// The text is not a CloudEvent that we can read.
struct BadCloudEvent : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string to_json(const CloudEvent& event);

/// Unknown attributes are ignored; throws BadCloudEvent when a required one is missing or wrong.
[[nodiscard]] CloudEvent parse_cloud_event(std::string_view json);

}  // namespace chassis::messaging
