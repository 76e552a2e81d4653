#include "tests/end_to_end/running_neighborhood.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "chassis/async/run.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::filesystem::path new_folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "neighborhood-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    return pattern;
}

constexpr auto failpoints_count = "failpoints_count";

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += "\n  " + line;
    return text;
}

}  // namespace

RunningNeighborhood::RunningNeighborhood(RunOptions options) : data_(new_folder()), client_({}) {
    const auto program = std::filesystem::path(BINARY_ROOT) / "bin" / "neighborhood";
    std::vector<std::string> arguments{program, "up", "--host", options.host, "--port", "0", "--data", data_};
    for (const auto& [service, spec] : options.failpoints) {
        arguments.emplace_back("--failpoints");
        arguments.push_back(service + ":" + spec);
    }
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const auto log = (data_ / "up.log").string();
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
        ::setenv("NEIGHBORHOOD_FAILPOINTS_FROM", (data_ / failpoints_count).c_str(), 1);
        for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    try {
        const auto ready = [](const State& state) {
            return std::ranges::all_of(state.services,
                                       [](const auto& one) { return one.state == ServiceState::ready; });
        };
        gateway_ = wait_until(ready, 30s).gateway;
    } catch (const std::exception& error) {
        throw std::runtime_error(std::string(error.what()) + "\n" + output());
    }
}

RunningNeighborhood::~RunningNeighborhood() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    if (::testing::Test::HasFailure()) {
        std::fprintf(stderr, "the neighborhood's data and logs are kept in %s\n", data_.c_str());
    } else {
        std::filesystem::remove_all(data_);
    }
}

std::string RunningNeighborhood::output() const {
    std::ifstream file(data_ / "up.log");
    return {std::istreambuf_iterator<char>(file), {}};
}

State RunningNeighborhood::wait_until(const std::function<bool(const State&)>& holds,
                                      std::chrono::seconds patience) const {
    for (const auto until = Clock::now() + patience; Clock::now() < until;) {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) throw std::runtime_error("the neighborhood ended");
        if (const auto state = read_state(data_); state && holds(*state)) return *state;
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("the neighborhood did not get where it should in time");
}

State RunningNeighborhood::state() const {
    return wait_until([](const State&) { return true; }, 5s);
}

void RunningNeighborhood::count_failpoints() { const std::ofstream file(data_ / failpoints_count); }

bool RunningNeighborhood::kill(const std::string& service) {
    for (const auto& one : state().services) {
        if (one.name == service && one.pid != 0) return ::kill(one.pid, SIGKILL) == 0;
    }
    return false;
}

int RunningNeighborhood::restarts(const std::string& service) const {
    for (const auto& one : state().services) {
        if (one.name == service) return one.restarts;
    }
    throw std::runtime_error("no service named " + service);
}

void RunningNeighborhood::expect_settled(std::chrono::seconds patience) {
    const auto verdict = chassis::async::run(settled_verdict(client_, state(), patience));
    EXPECT_TRUE(verdict.violations.empty()) << joined(verdict.violations);
    EXPECT_TRUE(verdict.unsettled.empty()) << joined(verdict.unsettled);
}

}  // namespace neighborhood
