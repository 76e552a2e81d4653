// Wakes coroutines from any thread: the bell by which a relay or a consumer learns that there is something to do.
//
//     while (!stopping) {
//         send_what_is_there();
//         co_await bell.wait_until(next_retry);      // or until somebody calls bell.notify()
//     }
#pragma once

#include <mutex>

#include "chassis/async/timer.hpp"

namespace chassis::async {

// A notification wakes everybody who waits; when nobody does it is kept, once, for the next who comes.
class Signal {
  public:
    Signal() = default;
    // Nobody may wait any more; a notify() under way on another thread has returned from the signal when this ends.
    ~Signal() { std::lock_guard lock(mutex_); }
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // From any thread.
    void notify() noexcept;

    class Wait;
    // True when notified, false when the time came first.
    Wait wait_until(Context::Clock::time_point time) noexcept;
    Wait wait_for(std::chrono::nanoseconds duration) noexcept;
    Wait wait() noexcept;

  private:
    std::mutex mutex_;
    bool notified_ = false;
    Wait* waiting_ = nullptr;
};

class [[nodiscard]] Signal::Wait : Timer {
  public:
    Wait(Signal& signal, Context::Clock::time_point time) noexcept
        : Timer(&Wait::expired), signal_(signal), time_(time) {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> waiting);
    bool await_resume() noexcept;

  private:
    friend class Signal;
    static void expired(Timer& self);

    Signal& signal_;
    Context::Clock::time_point time_;
    Suspension suspension_;
    Wait* next_ = nullptr;
    bool notified_ = false;
};

inline Signal::Wait Signal::wait_until(Context::Clock::time_point time) noexcept { return Wait(*this, time); }
inline Signal::Wait Signal::wait_for(std::chrono::nanoseconds duration) noexcept {
    return Wait(*this, Context::Clock::now() + duration);
}
inline Signal::Wait Signal::wait() noexcept { return Wait(*this, Context::Clock::time_point::max()); }

}  // namespace chassis::async
