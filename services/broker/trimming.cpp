#include "services/broker/trimming.hpp"

#include <chrono>

#include "chassis/telemetry/log.hpp"

namespace broker {

namespace {

constexpr std::chrono::minutes pause{1};

}  // namespace

chassis::Task<> Trimming::start() {
    running_.spawn(run());
    co_return;
}

chassis::Task<> Trimming::stop() {
    stop_.notify();
    co_await running_.join();
}

chassis::Task<> Trimming::run() {
    for (;;) {
        const bool stopping = co_await stop_.wait_for(pause);
        if (stopping) co_return;
        try {
            const auto gone = co_await hub_.trim();
            if (gone > 0) chassis::log_info("trimmed the log", {{"records", gone}});
        } catch (const std::exception& error) {
            chassis::log_warning("the log could not be trimmed", {{"error", error.what()}});
        }
    }
}

}  // namespace broker
