#include "chassis/app/background.hpp"

#include "chassis/telemetry/log.hpp"

namespace chassis::app {
namespace {

using Work = std::move_only_function<async::Task<>()>;

async::Task<> run_all(std::vector<Work> tasks, Work before) {
    if (before) co_await before();
    for (auto& task : tasks) {
        try {
            co_await task();
        } catch (const std::exception& error) {
            telemetry::log_error("background task failed", {{"error", error.what()}});
        }
    }
}

}  // namespace

void BackgroundTasks::attach_to(http::Response& response) && {
    response.after = [tasks = std::move(tasks_), before = std::move(response.after)]() mutable {
        return run_all(std::move(tasks), std::move(before));
    };
    tasks_.clear();
}

}  // namespace chassis::app
