#include "chassis/model/errors.hpp"

#include <algorithm>
#include <utility>

#include "chassis/base/json_text.hpp"

namespace chassis::model {
namespace {

// A small body must not become a huge reply: a list of a million wrong numbers, or a missing member reported with all
// of its object.
constexpr std::size_t most_errors = 1000;
constexpr std::size_t longest_input = 4096;

void write_location(std::string& out, const Location& location) {
    out += '[';
    for (const auto& part : location) {
        if (out.back() != '[') out += ',';
        if (const auto* name = std::get_if<std::string>(&part)) {
            base::append_json_string(out, *name);
        } else {
            base::append_json_integer(out, std::get<std::int64_t>(part));
        }
    }
    out += ']';
}

std::string summary(const std::vector<FieldError>& errors) {
    std::string text = std::to_string(errors.size()) + (errors.size() == 1 ? " wrong value: " : " wrong values: ");
    constexpr std::size_t shown = 10;
    for (std::size_t i = 0; i < std::min(shown, errors.size()); ++i) {
        if (i > 0) text += "; ";
        write_location(text, errors[i].loc);
        text += ' ' + errors[i].msg;
    }
    if (errors.size() > shown) text += "; ...";
    return text;
}

}  // namespace

ValidationError::ValidationError(std::vector<FieldError> found) : errors(std::move(found)), what_(summary(errors)) {}

ValidationError::ValidationError(const ValidationError&) = default;
ValidationError::~ValidationError() = default;

ModelError::ModelError(std::string message) : message_(std::move(message)) {}
ModelError::~ModelError() = default;

void write_error(std::string& out, const FieldError& error) {
    out += "{\"type\":";
    base::append_json_string(out, error.type);
    out += ",\"loc\":";
    write_location(out, error.loc);
    out += ",\"msg\":";
    base::append_json_string(out, error.msg);
    out += ",\"input\":";
    out += error.input;
    if (!error.ctx.empty()) {
        out += ",\"ctx\":";
        out += error.ctx;
    }
    out += '}';
}

std::string ValidationError::body() const {
    std::string out = "{\"detail\":[";
    for (const FieldError& error : errors) {
        if (&error != errors.data()) out += ',';
        write_error(out, error);
    }
    out += "]}";
    return out;
}

Problems::Problems(const Location& root) : root_(root) {}
Problems::~Problems() = default;

void Problems::add(std::string_view type, std::string msg, std::string_view input, std::string ctx) {
    if (found_.size() >= most_errors) return;
    found_.push_back({.type = std::string(type),
                      .loc = here(),
                      .msg = std::move(msg),
                      .input = std::string(input.size() <= longest_input ? input : "null"),
                      .ctx = std::move(ctx)});
}

void Problems::shrink(std::size_t size) { found_.resize(size); }

Location Problems::here() const {
    Location location = root_;
    for (const Step* step = step_; step != nullptr; step = step->outer_) {
        if (step->index_ >= 0) {
            location.emplace_back(step->index_);
        } else {
            location.emplace_back(std::string(step->name_));
        }
    }
    std::reverse(location.begin() + static_cast<std::ptrdiff_t>(root_.size()), location.end());
    return location;
}

void Problems::check() {
    if (!found_.empty()) throw ValidationError(std::move(found_));
}

}  // namespace chassis::model
