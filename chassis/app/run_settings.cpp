#include "chassis/app/run_settings.hpp"

#include <charconv>
#include <string_view>

namespace chassis::app {
namespace {

template <class T>
T number(std::string_view flag, std::string_view text, T least) {
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || value < least) {
        throw CommandLineError(std::string(flag) + " takes a number, not \"" + std::string(text) + '"');
    }
    return value;
}

}  // namespace

void RunSettings::rules(model::Rules<RunSettings>& field) {
    field(&RunSettings::host).has_default();
    field(&RunSettings::port).has_default();
    field(&RunSettings::loops).has_default().at_most(256);
    field(&RunSettings::request_timeout_ms).has_default().at_least(1);
    field(&RunSettings::max_body_bytes).has_default().at_least(0);
    field(&RunSettings::drain_delay_ms).has_default().at_least(0);
    field(&RunSettings::drain_timeout_ms).has_default().at_least(0);
    field(&RunSettings::otel_traces_sampler_arg).has_default().at_least(0).at_most(1);
}

CommandLine parse_command_line(int argc, const char* const* argv) {
    CommandLine line;
    for (int i = 1; i < argc; ++i) {
        // "--port 80" and "--port=80".
        const std::string_view argument = argv[i];
        const std::size_t equals = argument.starts_with("--") ? argument.find('=') : argument.npos;
        const std::string_view flag = argument.substr(0, equals);
        auto value = [&]() -> std::string_view {
            if (equals != argument.npos) return argument.substr(equals + 1);
            if (i + 1 == argc) throw CommandLineError(std::string(flag) + " takes a value");
            return argv[++i];
        };
        if (flag == "--port") {
            line.port = number<std::uint16_t>(flag, value(), 0);
        } else if (flag == "--host") {
            line.host = value();
        } else if (flag == "--loops") {
            line.loops = number<unsigned>(flag, value(), 1);
        } else if (argument == "--openapi") {
            line.ask = CommandLine::Ask::openapi;
        } else if (argument == "--list-failpoints") {
            line.ask = CommandLine::Ask::failpoints;
        } else if (argument == "--help" || argument == "-h") {
            line.ask = CommandLine::Ask::help;
        } else {
            throw CommandLineError("unknown argument \"" + std::string(argument) + '"');
        }
    }
    return line;
}

std::string help_text(const std::string& service) {
    return service + R"( [--host ADDRESS] [--port N] [--loops N]

Serves until SIGTERM or SIGINT, then lets requests under way end. A socket that is handed over in the manner of
systemd (LISTEN_FDS=1, file descriptor 3) goes before --host and --port.

  --host ADDRESS     where to listen; 127.0.0.1          HOST
  --port N           0 takes a free port; 8000           PORT
  --loops N          threads that serve; one per core    LOOPS
  --openapi          print the OpenAPI document and end
  --list-failpoints  print the names of the failpoints and end
  --help             print this and end

From the environment only: REQUEST_TIMEOUT_MS (30000), MAX_BODY_BYTES (1048576), DRAIN_DELAY_MS (0),
DRAIN_TIMEOUT_MS (20000), LOG_LEVEL (info), OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG (1), SETTINGS_FILE.
)";
}

}  // namespace chassis::app
