// Sends the service's spans to a collector over HTTP (OTLP/HTTP, JSON).
#pragma once

#include <memory>
#include <string>

#include "chassis/async/loop.hpp"

namespace chassis::app {

class TraceSending {
  public:
    /// `endpoint` is the collector's, "http://127.0.0.1:4318"; spans go to its /v1/traces. Runs on the loop.
    TraceSending(async::Loop& loop, const std::string& service, const std::string& endpoint, double sample_ratio);
    /// Stopped before.
    ~TraceSending();

    /// Sends what is left, once. Blocks; never on the loop.
    void stop();

  private:
    struct Running;
    std::unique_ptr<Running> running_;
};

}  // namespace chassis::app
