#include "chassis/async/signal.hpp"

#include <utility>

namespace chassis::async {

void Signal::notify() noexcept {
    // Posted inside the lock: a waiter takes it before it goes on, and only then may destroy the signal.
    std::lock_guard lock(mutex_);
    if (!waiting_) notified_ = true;
    for (Wait* wait = std::exchange(waiting_, nullptr); wait;) {
        Wait* next = wait->next_;
        wait->notified_ = true;
        wait->suspension_.post();
        wait = next;
    }
}

bool Signal::Wait::await_suspend(std::coroutine_handle<> waiting) {
    suspension_.suspend(waiting);
    if (time_ != Context::Clock::time_point::max()) set(time_);
    std::lock_guard lock(signal_.mutex_);
    if (std::exchange(signal_.notified_, false)) {
        notified_ = true;
        return false;
    }
    next_ = std::exchange(signal_.waiting_, this);
    return true;
}

bool Signal::Wait::await_resume() noexcept {
    cancel();
    std::lock_guard lock(signal_.mutex_);
    return notified_;
}

void Signal::Wait::expired(Timer& self) {
    auto& wait = static_cast<Wait&>(self);
    {
        std::lock_guard lock(wait.signal_.mutex_);
        if (wait.notified_) return;  // it is already on its way
        Wait** link = &wait.signal_.waiting_;
        while (*link != &wait) link = &(*link)->next_;
        *link = wait.next_;
    }
    wait.suspension_.resume();
}

}  // namespace chassis::async
