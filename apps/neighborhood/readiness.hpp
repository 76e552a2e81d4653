// Asks a service on this machine whether it is ready, without waiting for the answer.
#pragma once

#include <netinet/in.h>

#include <chrono>

#include "apps/neighborhood/process.hpp"

namespace neighborhood {

// One question at a time over a connection of its own: GET /health/ready. The supervisor owns the listening socket, so
// a question to a service that has not started yet waits in its backlog.
class Readiness {
  public:
    explicit Readiness(const sockaddr_in& address);

    // The connection whose answer is awaited; negative between two questions.
    int descriptor() const { return connection_.number(); }
    std::chrono::steady_clock::time_point ask_at() const { return ask_at_; }

    void ask();
    // Called when the connection can be read: true when the answer was 200. Otherwise the next question is due soon.
    bool answered();

  private:
    sockaddr_in address_;
    Descriptor connection_;
    std::chrono::steady_clock::time_point ask_at_;
};

}  // namespace neighborhood
