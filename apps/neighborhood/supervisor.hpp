// Keeps a neighborhood running: opens every service's socket, starts its program, starts it again when it ends, and
// stops all of them in order. A restarted service keeps its port and its backlog, so callers wait instead of failing.
//
//     Supervisor supervisor{shop(), {.data = "data", .programs = folder_of_this_program()}};
//     return supervisor.run();
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "apps/neighborhood/topology.hpp"

namespace neighborhood {

struct SupervisorSettings {
    std::filesystem::path data = "data";
    std::filesystem::path programs;
    std::string host = "127.0.0.1";
    std::uint16_t gateway_port = 8080;
    // For tests: what NEIGHBORHOOD_FAILPOINTS says in the first process of a service; its successors run unharmed.
    std::map<std::string, std::string> failpoints{};
    int tries_before_ready = 5;                 // crashes before it was ever ready, after which a service is given up
    std::chrono::milliseconds first_pause{50};  // before a restart; doubles with each crash in a row
    std::chrono::milliseconds longest_pause{5'000};
    std::chrono::milliseconds patience_at_stop{10'000};  // then a service that did not end is killed
};

class Supervisor {
  public:
    // Opens the sockets. Throws std::system_error when the gateway's port is taken, std::runtime_error when another
    // supervisor runs on the same data folder.
    Supervisor(Topology topology, SupervisorSettings settings);
    ~Supervisor();

    // Runs until SIGINT or SIGTERM, then stops everything. The exit code: 0, or 1 when a service could not be started.
    int run();

  private:
    struct Run;
    std::unique_ptr<Run> run_;
};

}  // namespace neighborhood
