// Trims the log every minute while the service runs.
#pragma once

#include "chassis/app/app.hpp"
#include "chassis/async/signal.hpp"
#include "chassis/async/task_group.hpp"
#include "services/broker/hub.hpp"

namespace broker {

class Trimming final : public chassis::app::Part {
  public:
    explicit Trimming(Hub& hub) : hub_(hub) {}

    chassis::Task<> start() override;
    chassis::Task<> stop() override;

  private:
    chassis::Task<> run();

    Hub& hub_;
    chassis::async::Signal stop_;
    chassis::async::TaskGroup running_;
};

}  // namespace broker
