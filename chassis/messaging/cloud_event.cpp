#include "chassis/messaging/cloud_event.hpp"

#include <charconv>

#include "chassis/model/json_reader.hpp"
#include "chassis/model/json_text.hpp"

namespace chassis::messaging {
namespace {

void append(std::string& out, std::string_view name, std::string_view text) {
    out += out.size() > 1 ? ",\"" : "\"";
    out += name;
    out += "\":";
    model::append_json_string(out, text);
}

int parse_version(std::string_view text) {
    int version = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error != std::errc{} || version < 1 || (end != text.data() + text.size() && *end != '.')) {
        throw BadCloudEvent("dataversion '" + std::string(text) + "' is not a version");
    }
    return version;
}

void require(const std::string& value, const char* name) {
    if (value.empty()) throw BadCloudEvent("the CloudEvent has no " + std::string(name));
}

CloudEvent read(std::string_view json) {
    CloudEvent event;
    std::string specversion;
    std::string key_text;
    std::string text;
    model::Location root;
    model::Problems problems(root);
    model::JsonReader in(json, problems);
    if (in.peek() != model::JsonReader::Kind::object) throw BadCloudEvent("a CloudEvent is a JSON object");
    for (bool more = in.enter_object(); more; more = in.next_member()) {
        std::string name(in.key(key_text));
        if (name == "data") {
            event.data = in.skip_value();
            continue;
        }
        if (in.peek() != model::JsonReader::Kind::string) {
            in.skip_value();
            continue;
        }
        std::string_view value = in.read_string(text);
        if (name == "specversion") specversion = value;
        if (name == "id") event.id = value;
        if (name == "source") event.source = value;
        if (name == "type") event.type = value;
        if (name == "partitionkey") event.key = value;
        if (name == "dataversion") event.version = parse_version(value);
        if (name == "traceparent") event.trace = base::TraceContext::parse(value).value_or(base::TraceContext{});
        if (name == "time") event.time = base::parse_rfc3339(value).value_or(base::Time{});
    }
    in.end();
    if (specversion != "1.0") throw BadCloudEvent("specversion is '" + specversion + "', not 1.0");
    require(event.id, "id");
    require(event.source, "source");
    require(event.type, "type");
    require(event.data, "data");
    return event;
}

}  // namespace

std::string to_json(const CloudEvent& event) {
    std::string out = "{";
    append(out, "specversion", "1.0");
    append(out, "id", event.id);
    append(out, "source", event.source);
    append(out, "type", event.type);
    append(out, "time", base::to_rfc3339(event.time));
    append(out, "datacontenttype", "application/json");
    append(out, "partitionkey", event.key);
    append(out, "dataversion", std::to_string(event.version));
    if (event.trace.valid()) append(out, "traceparent", event.trace.traceparent());
    out += ",\"data\":";
    out += event.data;
    out += '}';
    return out;
}

CloudEvent parse_cloud_event(std::string_view json) {
    try {
        return read(json);
    } catch (const model::ValidationError& error) {
        throw BadCloudEvent(std::string("the CloudEvent is not JSON: ") + error.what());
    }
}

}  // namespace chassis::messaging
