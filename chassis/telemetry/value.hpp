// The value of a log field or of a span's attribute: a bool, a number, a text, or anything with a to_string().
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace chassis::telemetry {

class Value {
  public:
    Value(bool value) : value_(value) {}
    Value(std::integral auto value) : value_(static_cast<std::int64_t>(value)) {}
    Value(std::floating_point auto value) : value_(static_cast<double>(value)) {}
    Value(const char* text) : value_(std::string(text)) {}
    Value(std::string_view text) : value_(std::string(text)) {}
    Value(std::string text) : value_(std::move(text)) {}
    /// A Uuid, an Id, Money, an http::Method, ...
    template <class T>
        requires requires(const T& value) {
            { to_string(value) } -> std::convertible_to<std::string_view>;
        }
    Value(const T& value) : value_(std::string(to_string(value))) {}

    [[nodiscard]] const std::variant<bool, std::int64_t, double, std::string>& get() const noexcept { return value_; }

  private:
    std::variant<bool, std::int64_t, double, std::string> value_;
};

/// As JSON; a number that is not finite becomes a text.
void append_json(std::string& out, const Value& value);

}  // namespace chassis::telemetry
