#include "chassis/telemetry/log.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "chassis/async/context.hpp"
#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"

namespace chassis::telemetry {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

struct Log {
    std::atomic<Level> level = Level::info;
    std::mutex mutex;
    LogSettings settings;
};

// Never destroyed: threads may log while the process ends.
Log& the_log() {
    static Log& log = *new Log;
    return log;
}

void write_to_stderr(std::string_view line) noexcept {
    while (!line.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
    out += ',';
    base::append_json_string(out, name);
    out += ':';
    base::append_json_string(out, value);
}

// Always six digits of a second, so that lines sort as text.
void append_time(std::string& out, base::Time time) {
    base::append_rfc3339(out, time);
    if (time.time_since_epoch().count() % 1'000'000 != 0) return;
    out.pop_back();
    out += ".000000Z";
}

}  // namespace

std::string_view to_string(Level level) noexcept { return level_names[static_cast<std::size_t>(level)]; }

std::optional<Level> parse_level(std::string_view text) noexcept {
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (base::iequals(text, level_names[i])) return static_cast<Level>(i);
    }
    return std::nullopt;
}

Level level_from_environment() {
    const char* text = std::getenv("LOG_LEVEL");  // NOLINT(concurrency-mt-unsafe): nothing sets variables
    if (!text || !*text) return Level::info;
    const auto level = parse_level(text);
    if (!level) log_warning("LOG_LEVEL is not debug, info, warning or error", {{"value", text}});
    return level.value_or(Level::info);
}

void configure_log(LogSettings settings) {
    Log& log = the_log();
    std::lock_guard lock(log.mutex);
    log.level = settings.level;
    log.settings = std::move(settings);
}

bool log_enabled(Level level) noexcept { return level >= the_log().level.load(std::memory_order_relaxed); }

void log(Level level, std::string_view message, Fields fields) {
    Log& log = the_log();
    std::string line;
    line.reserve(256);
    const async::Context* context = async::Context::current();
    std::lock_guard lock(log.mutex);
    line += R"({"time":")";
    append_time(line, log.settings.clock->now());
    line += R"(","level":")";
    line += to_string(level);
    line += '"';
    if (!log.settings.service.empty()) append_text(line, "service", log.settings.service);
    append_text(line, "message", message);
    if (context && context->trace.valid()) {
        append_text(line, "trace_id", context->trace.trace_id_hex());
        append_text(line, "span_id", context->trace.span_id_hex());
    }
    for (const Field& field : fields) {
        line += ',';
        base::append_json_string(line, field.name);
        line += ':';
        append_json(line, field.value);
    }
    line += "}\n";
    if (log.settings.write) {
        log.settings.write(line);
    } else {
        write_to_stderr(line);
    }
}

}  // namespace chassis::telemetry
