#include "apps/neighborhood/cpu.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace neighborhood {

namespace {

// The clock ticks in /proc/PID/stat, see proc(5); 0 when there is no such process.
struct Ticks {
    long own = 0;    // utime and stime
    long ended = 0;  // cutime and cstime: its children that it waited for
};

Ticks ticks_of(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto end_of_name = text.rfind(')');
    if (end_of_name == text.npos) return {};
    std::istringstream fields(text.substr(end_of_name + 1));
    std::string skipped;
    for (int number = 3; number < 14; ++number) fields >> skipped;
    long user = 0, system = 0, ended_user = 0, ended_system = 0;
    fields >> user >> system >> ended_user >> ended_system;
    return {user + system, ended_user + ended_system};
}

}  // namespace

double cpu_seconds(const State& state) {
    const Ticks supervisor = ticks_of(state.pid);
    long sum = supervisor.own + supervisor.ended;
    for (const auto& service : state.services) {
        if (service.pid != 0) sum += ticks_of(service.pid).own;
    }
    return static_cast<double>(sum) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace neighborhood
