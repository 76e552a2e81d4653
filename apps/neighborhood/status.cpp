#include "apps/neighborhood/status.hpp"

#include <cstdio>
#include <fstream>
#include <string>

#include "chassis/model/enums.hpp"

namespace neighborhood {

namespace {

// The process's share of memory, shared pages divided among those who share them; in KiB.
long proportional_memory(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("Pss:")) return std::stol(line.substr(4));
    }
    return 0;
}

}  // namespace

int print_status(const State& state) {
    bool all_ready = true;
    long memory = proportional_memory(state.pid);
    std::printf("%-14s %-20s %7s  %-21s %8s %10s\n", "service", "state", "pid", "address", "restarts", "memory");
    for (const auto& one : state.services) {
        const long own = one.pid == 0 ? 0 : proportional_memory(one.pid);
        memory += own;
        all_ready = all_ready && one.state == ServiceState::ready;
        const std::string name(chassis::model::enum_name(one.state));
        std::printf("%-14s %-20s %7d  %-21s %8d %6.1f MiB\n", one.name.c_str(), name.c_str(), one.pid,
                    one.address.c_str(), one.restarts, static_cast<double>(own) / 1024);
    }
    std::printf("The gateway is at %s. Everything together: %.1f MiB.\n", state.gateway.c_str(),
                static_cast<double>(memory) / 1024);
    return all_ready ? 0 : 1;
}

}  // namespace neighborhood
