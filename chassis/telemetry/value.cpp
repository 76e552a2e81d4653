#include "chassis/telemetry/value.hpp"

#include <charconv>
#include <cmath>

#include "chassis/base/json_text.hpp"

namespace chassis::telemetry {
namespace {

template <class Number>
void append_number(std::string& out, Number number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    out.append(text, end);
}

struct Append {
    std::string& out;

    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(std::int64_t value) const { append_number(out, value); }
    void operator()(double value) const {
        if (std::isfinite(value)) return append_number(out, value);
        out += std::isnan(value) ? R"("NaN")" : value > 0 ? R"("Infinity")" : R"("-Infinity")";
    }
    void operator()(const std::string& value) const { base::append_json_string(out, value); }
};

}  // namespace

void append_json(std::string& out, const Value& value) { std::visit(Append{out}, value.get()); }

}  // namespace chassis::telemetry
