// The program around an app: from the command line to the end of the drain.
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <semaphore>
#include <thread>

#include "chassis/app/inside.hpp"
#include "chassis/app/observe.hpp"
#include "chassis/app/run_settings.hpp"
#include "chassis/app/stop_signal.hpp"
#include "chassis/app/trace_sender.hpp"
#include "chassis/async/outcome.hpp"
#include "chassis/base/failpoint.hpp"
#include "chassis/http/server.hpp"
#include "chassis/settings/settings.hpp"
#include "chassis/telemetry/log.hpp"

namespace chassis::app {
namespace {

constexpr int status_failed = 1;
constexpr int status_misused = 2;
constexpr int status_cut = 3;

// Runs the task on a loop of another thread and waits for its end.
template <class T>
async::Task<> run_and_tell(async::Task<T> task, async::detail::Outcome<T>& outcome, std::binary_semaphore& ended) {
    co_await async::detail::settle(std::move(task), outcome);
    ended.release();
}

template <class T>
T run_on(async::Loop& loop, async::Task<T> task) {
    async::detail::Outcome<T> outcome;
    std::binary_semaphore ended(0);
    loop.spawn(run_and_tell(std::move(task), outcome, ended));
    ended.acquire();
    return outcome.take();
}

RunSettings load_settings(const CommandLine& line) {
    auto settings = settings::load<RunSettings>(settings::Sources::from_process());
    if (line.host) settings.host = *line.host;
    if (line.port) settings.port = *line.port;
    if (line.loops) settings.loops = *line.loops;
    if (settings.loops == 0) settings.loops = std::max(1u, std::thread::hardware_concurrency());
    return settings;
}

http::Server::Settings server_settings(const RunSettings& settings) {
    http::Server::Settings server;
    server.request_timeout = std::chrono::milliseconds(settings.request_timeout_ms);
    server.max_body_bytes = static_cast<std::size_t>(settings.max_body_bytes);
    server.drain_delay = std::chrono::milliseconds(settings.drain_delay_ms);
    return server;
}

}  // namespace

int App::run(int argc, char** argv) {
    CommandLine line;
    try {
        line = parse_command_line(argc, argv);
    } catch (const CommandLineError& error) {
        std::fprintf(stderr, "%s: %s; --help says what there is\n", name().c_str(), error.what());
        return status_misused;
    }
    try {
        switch (line.ask) {
            case CommandLine::Ask::help:
                std::fputs(help_text(name()).c_str(), stdout);
                return 0;
            case CommandLine::Ask::failpoints:
                for (auto name : base::failpoint_names())
                    std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
                return 0;
            case CommandLine::Ask::openapi:
                std::printf("%s\n", openapi().c_str());
                return 0;
            case CommandLine::Ask::serve:
                return serve(load_settings(line));
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s cannot start:\n%s\n", name().c_str(), error.what());
    }
    return status_failed;
}

int App::serve(const RunSettings& settings) {
    telemetry::configure_log({.service = name(), .level = telemetry::level_from_environment()});
    prepare();
    StopSignal stop;
    RequestMetrics request_metrics(metrics());

    http::Server::Settings with = server_settings(settings);
    with.reads_deadlines = inside_->reads_deadlines;
    with.on_complete = [&](const http::Completed& completed) { request_metrics.completed(completed); };
    http::Server server(std::move(with), [this](http::Request& request) { return handle(request); });
    if (const int inherited = take_inherited_socket(); inherited >= 0) {
        server.adopt(inherited);
    } else {
        server.listen(settings.host, settings.port);
    }

    async::Loops loops(settings.loops);
    std::optional<TraceSending> traces;
    if (settings.otel_exporter_otlp_endpoint) {
        traces.emplace(loops[0], name(), *settings.otel_exporter_otlp_endpoint, settings.otel_traces_sampler_arg);
    }
    auto end_parts = [&] {
        run_on(loops[0], stop_parts());
        if (traces) traces->stop();
    };
    try {
        run_on(loops[0], start_parts());
    } catch (...) {
        end_parts();
        throw;
    }
    server.start(loops.all());
    telemetry::log_info("listening", {{"host", settings.host}, {"port", server.port()}, {"loops", settings.loops}});

    const int signal = stop.wait();
    telemetry::log_info("stopping", {{"signal", signal}, {"connections", server.connections()}});
    inside_->accepting = false;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(settings.drain_delay_ms) +
                          std::chrono::milliseconds(settings.drain_timeout_ms);
    const bool drained = run_on(loops[0], server.drain(deadline));
    end_parts();
    if (!drained) {
        // Handlers still use what would be destroyed here; what they do is theirs to repeat after the next start.
        telemetry::log_error("stopped with requests under way", {{"drain_timeout_ms", settings.drain_timeout_ms}});
        ::_exit(status_cut);
    }
    telemetry::log_info("stopped");
    return 0;
}

}  // namespace chassis::app
