// Waiting for a time: sleep_for, sleep_until, and Timer, a callback for whoever is not a coroutine.
//
//     co_await sleep_for(50ms);
//
// All timers of a loop stand in one heap behind one timer of the operating system; none allocates.
#pragma once

#include <chrono>
#include <cstddef>

#include "chassis/async/loop.hpp"

namespace chassis::async {

// Calls back once at its time, on the loop that was current in set(). Used only on that loop's thread.
class Timer {
  public:
    using Expired = void (*)(Timer&);

    explicit Timer(Expired expired) noexcept : expired_(expired) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Replaces the time set before. A time already past expires at the loop's next turn.
    void set(Context::Clock::time_point when);
    void cancel() noexcept;
    bool armed() const noexcept { return loop_ != nullptr; }
    Context::Clock::time_point when() const noexcept { return when_; }

  private:
    friend class TimerQueue;

    Expired expired_;
    Context::Clock::time_point when_{};
    Loop* loop_ = nullptr;
    std::size_t place_ = 0;
};

class [[nodiscard]] Sleep : Timer {
  public:
    explicit Sleep(Context::Clock::time_point until) noexcept : Timer(&Sleep::expired), until_(until) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        suspension_.suspend(waiting);
        set(until_);
    }
    void await_resume() const noexcept {}

  private:
    static void expired(Timer& self) { static_cast<Sleep&>(self).suspension_.resume(); }

    Context::Clock::time_point until_;
    Suspension suspension_;
};

inline Sleep sleep_until(Context::Clock::time_point until) noexcept { return Sleep(until); }
// A duration too long for the clock is the end of time.
inline Sleep sleep_for(std::chrono::nanoseconds duration) noexcept {
    auto now = Context::Clock::now();
    return Sleep(duration < Context::Clock::time_point::max() - now ? now + duration
                                                                    : Context::Clock::time_point::max());
}

}  // namespace chassis::async
