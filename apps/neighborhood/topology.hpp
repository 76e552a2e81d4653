// The whole neighborhood in one readable place: which services there are, which program each one runs, what each is
// told and in which order they stop.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace neighborhood {

// What is known once the supervisor has opened the sockets.
struct Place {
    std::filesystem::path data;
    std::function<std::string(const std::string& service)> url;  // "http://127.0.0.1:41234"
    bool on_loopback;                                            // the gateway is reached from this machine only
    std::string webhook_secret;  // the payment provider signs with it what it tells payment
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
