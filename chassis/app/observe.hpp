// What is counted of every request: a histogram of its duration by method, route and status.
#pragma once

#include <cstdint>

#include "chassis/http/server.hpp"
#include "chassis/telemetry/metrics.hpp"

namespace chassis::app {

/// Called on every loop as replies go out. It takes no lock but for a combination that its thread has not seen before.
class RequestMetrics {
  public:
    explicit RequestMetrics(telemetry::Metrics& metrics);

    void completed(const http::Completed& completed) const;

  private:
    telemetry::Histogram& find(const http::Completed& completed) const;

    telemetry::Metrics& metrics_;
    // Tells the threads' own tables of one object from those of an earlier one at the same address.
    std::uint64_t number_;
};

}  // namespace chassis::app
