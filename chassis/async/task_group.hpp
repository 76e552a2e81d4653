// Tasks that run on their own and are waited for together: a server's connections, a consumer's handlers.
//
//     TaskGroup connections;
//     connections.spawn(serve(std::move(socket)));
//     ...
//     co_await connections.join();
//
// A group belongs to the loop on which it is used. What a task throws goes to the loop's unhandled handler.
#pragma once

#include <cstddef>
#include <utility>

#include "chassis/async/loop.hpp"

namespace chassis::async {

class TaskGroup {
  public:
    TaskGroup() = default;
    // Every task has to have ended: a group is joined before it goes.
    ~TaskGroup() = default;
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // Starts the task now, outside of any context, up to its first wait.
    void spawn(Task<> task) {
        ++running_;
        Context::Scope outside(nullptr);
        drive(std::move(task), *this);
    }

    std::size_t size() const noexcept { return running_; }

    struct [[nodiscard]] Join {
        bool await_ready() const noexcept { return group.running_ == 0; }
        void await_suspend(std::coroutine_handle<> waiting) noexcept {
            suspension.suspend(waiting);
            group.joining_ = &suspension;
        }
        void await_resume() const noexcept {}

        TaskGroup& group;
        Suspension suspension{};
    };
    // Goes on when no task is left, also of those that are spawned meanwhile. One at a time may wait.
    Join join() noexcept { return Join{*this}; }

  private:
    static detail::Detached drive(Task<> task, TaskGroup& group) {
        try {
            co_await task;
        } catch (...) {
            Loop::current()->report_unhandled(std::current_exception());
        }
        task = {};  // the frame is gone before whoever joins goes on
        if (--group.running_ == 0 && group.joining_) std::exchange(group.joining_, nullptr)->post();
    }

    std::size_t running_ = 0;
    Suspension* joining_ = nullptr;
};

}  // namespace chassis::async
