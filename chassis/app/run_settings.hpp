// How a service runs: from the environment (settings.hpp) and, before it, the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "chassis/model/rules.hpp"

namespace chassis::app {

/// PORT, HOST, ... in the environment or a settings file.
struct RunSettings {
    std::string host = "127.0.0.1";
    // 0 takes a free one.
    std::uint16_t port = 8000;
    // Threads that serve; 0 is one for each core.
    unsigned loops = 0;
    std::int64_t request_timeout_ms = 30'000;
    std::int64_t max_body_bytes = 1024 * 1024;
    // After SIGTERM: how long it goes on accepting, until the balancer has noticed that it is not ready, ...
    std::int64_t drain_delay_ms = 0;
    // ... and how long requests under way may then take.
    std::int64_t drain_timeout_ms = 20'000;
    // "http://127.0.0.1:4318": spans are sent to <endpoint>/v1/traces.
    std::optional<std::string> otel_exporter_otlp_endpoint;
    // The part of new traces that is recorded.
    double otel_traces_sampler_arg = 1.0;

    static void rules(model::Rules<RunSettings>& field);
};

/// What the command line asks for.
struct CommandLine {
    enum class Ask { serve, help, openapi, failpoints };
    Ask ask = Ask::serve;
    std::optional<std::string> host;
    std::optional<std::uint16_t> port;
    std::optional<unsigned> loops;
};

/// The message says which argument was wrong.
struct CommandLineError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws CommandLineError.
CommandLine parse_command_line(int argc, const char* const* argv);
std::string help_text(const std::string& service);

}  // namespace chassis::app
