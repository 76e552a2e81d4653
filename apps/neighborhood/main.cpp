#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "apps/neighborhood/check.hpp"
#include "apps/neighborhood/demo.hpp"
#include "apps/neighborhood/load.hpp"
#include "apps/neighborhood/logs.hpp"
#include "apps/neighborhood/status.hpp"
#include "apps/neighborhood/supervisor.hpp"

namespace {

using neighborhood::State;

struct Options {
    std::filesystem::path data = "data";
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    std::vector<std::string> failpoints;
    int shoppers = 20;
    int seconds = 10;
    int wait = 0;
    std::string service;
    bool follow = false;
};

int up(const Options& options) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // whoever follows a log file sees each line as it comes
    neighborhood::SupervisorSettings settings;
    settings.data = options.data;
    settings.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    settings.host = options.host;
    settings.gateway_port = options.port;
    for (const auto& text : options.failpoints) {
        const auto colon = text.find(':');
        if (colon == text.npos) throw std::invalid_argument("--failpoints takes SERVICE:SPEC, not " + text);
        settings.failpoints[text.substr(0, colon)] = text.substr(colon + 1);
    }
    neighborhood::Supervisor supervisor(neighborhood::shop(), std::move(settings));
    return supervisor.run();
}

// Runs a command on the neighborhood that is up on this data folder.
int on_running(const Options& options, const std::function<int(const State&)>& command) {
    const auto state = neighborhood::read_state(options.data);
    if (!state) {
        std::fprintf(stderr, "No neighborhood is up on the folder %s. Start one with: neighborhood up --data %s\n",
                     options.data.c_str(), options.data.c_str());
        return 1;
    }
    return command(*state);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"A neighborhood of small services on this machine", "neighborhood"};
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--data", options.data, "Where databases, mails, logs and secrets are")->capture_default_str();

    auto* up_command = app.add_subcommand("up", "Start everything and keep it running until Ctrl-C");
    up_command->add_option("--port", options.port, "The gateway's port; 0 takes a free one")->capture_default_str();
    up_command->add_option("--host", options.host, "The address on which the gateway listens")->capture_default_str();
    up_command->add_option("--failpoints", options.failpoints,
                           "For tests: SERVICE:NAME=ACTION, armed in the first process of that service");
    auto* status_command = app.add_subcommand("status", "Which services run, where, and whether they are ready");
    auto* logs_command = app.add_subcommand("logs", "Print the logs of all services, or of one");
    logs_command->add_option("service", options.service, "Its name, as in status");
    logs_command->add_flag("-f,--follow", options.follow, "Go on with what is written from now on");
    auto* demo_command = app.add_subcommand("demo", "Go through a purchase and a declined one, step by step");
    auto* load_command = app.add_subcommand("load", "Have customers buy things, and print how fast that goes");
    load_command->add_option("--shoppers", options.shoppers, "Customers at a time")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    load_command->add_option("--for", options.seconds, "Seconds")->check(CLI::PositiveNumber)->capture_default_str();
    auto* check_command = app.add_subcommand("check", "Compare the books of all services");
    check_command->add_option("--wait", options.wait, "Seconds to wait for what is still on its way")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    try {
        if (*up_command) return up(options);
        if (*status_command) return on_running(options, neighborhood::print_status);
        if (*logs_command) return neighborhood::print_logs(options.data, options.service, options.follow);
        if (*demo_command) return on_running(options, neighborhood::demo);
        if (*load_command) {
            return on_running(options, [&](const State& state) {
                return neighborhood::load(options.data, state, options.shoppers, std::chrono::seconds(options.seconds));
            });
        }
        if (*check_command) {
            return on_running(options, [&](const State& state) {
                return neighborhood::check(state, std::chrono::seconds(options.wait));
            });
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "neighborhood: %s\n", error.what());
    }
    return 1;
}
