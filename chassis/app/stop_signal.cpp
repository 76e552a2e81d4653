#include "chassis/app/stop_signal.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace chassis::app {
namespace {

std::atomic<int> event_to_tell{-1};
std::atomic<int> received{0};

// Only what is safe in a signal handler.
void on_signal(int number) {
    const int saved = errno;
    if (received.exchange(number) != 0) _exit(128 + number);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(event_to_tell.load(), &one, sizeof one);
    errno = saved;
}

void handle(int number, void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    ::sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    ::sigaction(number, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC)) {
    if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    received = 0;
    event_to_tell = event_;
    handle(SIGTERM, on_signal);
    handle(SIGINT, on_signal);
    handle(SIGPIPE, SIG_IGN);
}

StopSignal::~StopSignal() {
    handle(SIGTERM, SIG_DFL);
    handle(SIGINT, SIG_DFL);
    event_to_tell = -1;
    ::close(event_);
}

int StopSignal::wait() {
    std::uint64_t count = 0;
    while (::read(event_, &count, sizeof count) < 0 && errno == EINTR) {
    }
    return received.load();
}

int take_inherited_socket() {
    constexpr int first = 3;
    const char* count = ::getenv("LISTEN_FDS");
    const char* pid = ::getenv("LISTEN_PID");
    // A supervisor that cannot know the pid before it starts the process leaves it out.
    const bool mine = count != nullptr && (pid == nullptr || pid == std::to_string(::getpid()));
    const bool one = mine && std::string(count) == "1";
    const bool too_many = mine && !one && std::string(count) != "0";
    ::unsetenv("LISTEN_FDS");
    ::unsetenv("LISTEN_PID");
    ::unsetenv("LISTEN_FDNAMES");
    if (too_many) throw std::runtime_error("LISTEN_FDS hands over more than one socket; a service listens on one");
    if (!one) return -1;
    ::fcntl(first, F_SETFD, FD_CLOEXEC);
    return first;
}

}  // namespace chassis::app
