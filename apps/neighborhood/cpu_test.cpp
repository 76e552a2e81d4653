#include "apps/neighborhood/cpu.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>

namespace neighborhood {

namespace {

constexpr double burnt = 0.1;
constexpr double tick = 0.02;  // utime and stime are rounded down each

double own_cpu() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// A process that has used `burnt` seconds of CPU and then does nothing more.
pid_t start_service() {
    int ready[2];
    if (::pipe(ready) != 0) return -1;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::alarm(30);
        while (own_cpu() < burnt) {
        }
        [[maybe_unused]] const auto ignored = ::write(ready[1], "r", 1);
        while (true) ::pause();
    }
    ::close(ready[1]);
    char byte = 0;
    const bool is_ready = ::read(ready[0], &byte, 1) == 1;
    ::close(ready[0]);
    return is_ready ? pid : -1;
}

State supervised_by_this_test(int service) {
    return {
        .pid = ::getpid(),
        .gateway = "",
        .service_token = "",
        .services = {{.name = "order", .state = ServiceState::ready, .pid = service, .address = "", .restarts = 0}}};
}

TEST(CpuTest, what_a_service_used_is_counted_while_it_runs_and_after_it_ended) {
    const double before = cpu_seconds(supervised_by_this_test(0));
    const pid_t first = start_service();
    ASSERT_GT(first, 0);
    const double running = cpu_seconds(supervised_by_this_test(first));
    EXPECT_GE(running - before, burnt - tick);

    ::kill(first, SIGKILL);
    ASSERT_EQ(::waitpid(first, nullptr, 0), first);
    const double waiting_to_restart = cpu_seconds(supervised_by_this_test(0));
    EXPECT_GE(waiting_to_restart - before, burnt - tick);

    const pid_t second = start_service();
    ASSERT_GT(second, 0);
    EXPECT_GE(cpu_seconds(supervised_by_this_test(second)) - before, 2 * (burnt - tick));
    ::kill(second, SIGKILL);
    ASSERT_EQ(::waitpid(second, nullptr, 0), second);
}

TEST(CpuTest, the_supervisor_is_counted) {
    const double before = cpu_seconds(supervised_by_this_test(0));
    const double until = own_cpu() + burnt;
    while (own_cpu() < until) {
    }
    EXPECT_GE(cpu_seconds(supervised_by_this_test(0)) - before, burnt - tick);
}

}  // namespace

}  // namespace neighborhood
