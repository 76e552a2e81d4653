// What a running neighborhood writes down about itself, so that the other commands find it:
// <data>/run/neighborhood.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace neighborhood {

enum class ServiceState { starting, ready, waiting_to_restart, failed, stopped };

struct ServiceStatus {
    std::string name;
    ServiceState state;
    int pid;              // 0 while it does not run
    std::string address;  // as "127.0.0.1:8080"
    int restarts;
};

struct State {
    int pid;              // the supervisor's
    std::string gateway;  // its address, as "http://127.0.0.1:8080"
    std::string service_token;
    std::vector<ServiceStatus> services;

    // The address of a service; throws std::runtime_error when this neighborhood has none of that name.
    std::string url(const std::string& service) const;
};

// Written whole or not at all, readable by its owner only.
void write_state(const std::filesystem::path& data, const State& state);

// Nothing when no neighborhood runs on this folder.
std::optional<State> read_state(const std::filesystem::path& data);

void remove_state(const std::filesystem::path& data);

}  // namespace neighborhood
