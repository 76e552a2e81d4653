#include "tests/integration/kill/world.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace {

constexpr const char* names[] = {"broker", "source", "sink"};

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

World::World(int numbers) : numbers_(numbers) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        ::listen(socket_, 128) != 0 || ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        fail("listen");
    }
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

World::~World() {
    try {
        end();
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
    ::close(socket_);
}

std::string World::path(Process process) const { return (folder_.folder() / names[process]).string() + ".db"; }

void World::arm(Process process, std::string failpoints) { children_[process].failpoints = std::move(failpoints); }

void World::start_all() {
    for (Process process : {broker, source, sink}) start(process);
}

// The broker inherits the listening socket, so that its port and those who wait
// at it stay when it is started again.
void World::start(Process process) {
    Child& child = children_[process];
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) fail("pipe");
    std::vector<std::string> arguments;
    if (process == broker) {
        arguments = {std::string(BINARY_ROOT) + "/bin/broker"};
    } else {
        arguments = {std::string(BINARY_ROOT) + "/tests/kill_service",
                     names[process],
                     path(process),
                     url_,
                     std::to_string(keys),
                     std::to_string(numbers_)};
    }
    std::vector<std::string> environment{"SERVICE_TOKEN=a token of this test", "LOG_LEVEL=error",
                                         "DATABASE_URL=sqlite:" + path(broker), "LISTEN_FDS=1"};
    // Sanitizers read theirs.
    for (const char* name : {"TSAN_OPTIONS", "ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
    }
    if (!child.failpoints.empty()) environment.push_back("NEIGHBORHOOD_FAILPOINTS=" + child.failpoints);
    child.failpoints.clear();
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::vector<char*> env;
    for (auto& variable : environment) env.push_back(variable.data());
    env.push_back(nullptr);

    child.pid = ::fork();
    if (child.pid < 0) fail("fork");
    if (child.pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(pipe[1], STDOUT_FILENO);
        if (process == broker) {
            ::dup2(socket_, 3);
            ::fcntl(3, F_SETFD,
                    0);  // dup2 leaves it as it is when the socket is 3 already
        }
        ::execve(argv[0], argv.data(), env.data());
        std::_Exit(127);
    }
    ::close(pipe[1]);
    child.output = pipe[0];
    child.death = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
    if (child.death < 0) fail("pidfd_open");
}

void World::bury(Process process) {
    Child& child = children_[process];
    int status = 0;
    ::waitpid(child.pid, &status, 0);
    ::close(child.death);
    ::close(child.output);
    child.pid = child.death = child.output = -1;
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
        throw std::runtime_error(std::string(names[process]) + " ended by itself, wait status " +
                                 std::to_string(status));
    }
    ++deaths_[process];
}

void World::kill(Process process) { ::kill(children_[process].pid, SIGKILL); }

bool World::wait(std::chrono::milliseconds most) {
    std::vector<pollfd> watched;
    for (const Child& child : children_) watched.push_back({child.death, POLLIN, 0});
    if (!done_) watched.push_back({children_[source].output, POLLIN, 0});
    if (::poll(watched.data(), watched.size(), static_cast<int>(most.count())) < 0) fail("poll");
    char said[16];
    if (!done_ && (watched[3].revents & POLLIN) != 0 && ::read(children_[source].output, said, sizeof said) > 0) {
        done_ = true;
    }
    for (Process process : {broker, source, sink}) {
        if (watched[process].revents == 0) continue;
        bury(process);
        start(process);
    }
    return done_;
}

void World::end() {
    for (Process process : {source, sink, broker}) {
        if (children_[process].pid < 0) continue;
        kill(process);
        bury(process);
        --deaths_[process];
    }
}

std::vector<Noted> World::noted(Process process, const std::string& list) {
    auto database = chassis::Database::open({.url = "sqlite:" + path(process)});
    return database->read_blocking([&](chassis::Connection& db) {
        return db.all<Noted>("SELECT key, number FROM noted WHERE list = $1 ORDER BY key, position", list);
    });
}

std::vector<Noted> World::expected() const {
    std::vector<Noted> all;
    for (int key = 0; key < keys; ++key) {
        for (int number = 0; number < numbers_; ++number) all.push_back({"key-" + std::to_string(key), number});
    }
    return all;
}

std::vector<Noted> World::done_outside() {
    std::ifstream file(path(sink) + ".outside");
    std::vector<Noted> lines;
    for (Noted line; file >> line.key >> line.number;) lines.push_back(line);
    std::ranges::sort(lines);
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    return lines;
}

std::int64_t World::left_over(Process process) {
    auto database = chassis::Database::open({.url = "sqlite:" + path(process)});
    return *database->read_blocking([](chassis::Connection& db) {
        return db.one<std::int64_t>(
            "SELECT (SELECT COUNT(*) FROM chassis_inbox WHERE finished_at IS NULL) "
            "+ "
            "(SELECT COUNT(*) FROM chassis_jobs WHERE finished_at IS NULL)");
    });
}
