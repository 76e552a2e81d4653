// One JSON line an event, on stderr, with the trace of the request that it belongs to.
//
//     log_info("order placed", {{"order_id", id}, {"lines", 3}});
//
//     {"time":"2026-01-31T09:05:00.250000Z","level":"info","service":"order","message":"order placed",
//      "trace_id":"4bf92f35...","span_id":"00f067aa...","order_id":"0190...","lines":3}
//
// (one line; it is broken here). Secrets do not belong here: settings::Secret has no to_string().
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"
#include "chassis/telemetry/value.hpp"

namespace chassis::telemetry {

enum class Level : std::uint8_t { debug, info, warning, error };

[[nodiscard]] std::string_view to_string(Level level) noexcept;
/// "debug", "info", "warning" or "error", whatever the case.
[[nodiscard]] std::optional<Level> parse_level(std::string_view text) noexcept;

/// What LOG_LEVEL says; info when it is not set. A value that is no level is info, too, and logged as a warning.
[[nodiscard]] Level level_from_environment();

struct LogSettings {
    std::string service{};
    /// What is below is not written.
    Level level = Level::info;
    /// Gets each line with its '\n', one at a time. By default it is written to stderr.
    std::move_only_function<void(std::string_view line)> write{};
    const base::Clock* clock = &base::system_clock();
};

/// Once, at start, before other threads log; a test may do it again. Until then: info and above, no service.
void configure_log(LogSettings settings);

struct Field {
    std::string_view name;
    Value value;
};
using Fields = std::initializer_list<Field>;

[[nodiscard]] bool log_enabled(Level level) noexcept;
/// From any thread. A line that stderr does not take is lost; it never throws for that.
void log(Level level, std::string_view message, Fields fields = {});

inline void log_debug(std::string_view message, Fields fields = {}) {
    if (log_enabled(Level::debug)) log(Level::debug, message, fields);
}
inline void log_info(std::string_view message, Fields fields = {}) {
    if (log_enabled(Level::info)) log(Level::info, message, fields);
}
inline void log_warning(std::string_view message, Fields fields = {}) {
    if (log_enabled(Level::warning)) log(Level::warning, message, fields);
}
inline void log_error(std::string_view message, Fields fields = {}) { log(Level::error, message, fields); }

}  // namespace chassis::telemetry

namespace chassis {
using telemetry::log_debug;
using telemetry::log_error;
using telemetry::log_info;
using telemetry::log_warning;
}  // namespace chassis
