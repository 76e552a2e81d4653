#include "chassis/app/background.hpp"

#include "chassis/telemetry/log.hpp"

namespace chassis::app {
namespace {

using Work = std::move_only_function<async::Task<>()>;

async::Task<> run_all(std::vector<Work> tasks) {
    for (auto& task : tasks) {
        try {
            co_await task();
        } catch (const std::exception& error) {
            telemetry::log_error("background task failed", {{"error", error.what()}});
        } catch (...) {
            telemetry::log_error("background task failed", {{"error", "not a std::exception"}});
        }
    }
}

}  // namespace

void BackgroundTasks::attach_to(http::Response& response) && {
    if (response.after) tasks_.insert(tasks_.begin(), std::move(response.after));
    response.after = [tasks = std::move(tasks_)]() mutable { return run_all(std::move(tasks)); };
    tasks_.clear();
}

}  // namespace chassis::app
