// The whole neighborhood in one readable place: which services there are, which program each one runs, what each is
// told and in which order they stop.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace neighborhood {

// What is known once the supervisor has opened the sockets.
struct Place {
    std::filesystem::path data;
    std::function<std::uint16_t(const std::string& service)> port;
    std::string secret;  // shared by the services of this neighborhood, for calls between them

    std::string url(const std::string& service) const { return "http://127.0.0.1:" + std::to_string(port(service)); }
};

using Environment = std::vector<std::pair<std::string, std::string>>;

struct Service {
    std::string name;
    std::string program;  // beside the neighborhood program
    int stop_after;       // services of a smaller number have stopped before this one is told to
    std::function<Environment(const Place&)> environment;
};

using Topology = std::vector<Service>;

// The shop: its door (the gateway), its services, the broker, and the payment provider's simulator.
Topology shop();

}  // namespace neighborhood
