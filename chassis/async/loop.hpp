// One thread's event loop, on which coroutines run; a service has one per core.
//
//     Loop loop;
//     loop.spawn(serve());        // from any thread
//     loop.run();                 // until stop(), also from any thread
//
// A coroutine stays on the loop that started it: whoever completes its wait on another thread posts it back. Asio is
// behind State (loop_state.hpp, for .cpp files that do input and output).
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "chassis/async/context.hpp"
#include "chassis/async/task.hpp"

namespace chassis::async {

class Loop;

// Something that a loop runs once. It is linked into the loop's queue itself, so posting it allocates nothing.
class Posted {
  public:
    Posted(const Posted&) = delete;
    Posted& operator=(const Posted&) = delete;

  protected:
    explicit Posted(void (*run)(Posted&)) noexcept : run_(run) {}
    ~Posted() = default;

  private:
    friend class Loop;
    void (*run_)(Posted&);
    Posted* next_ = nullptr;
};

// The waiting half of every awaiter that leaves the loop: where to go on, on which loop, in which context. It lives in
// the awaiter and so in the coroutine's frame, which must not be destroyed while another thread holds it.
class Suspension : public Posted {
  public:
    Suspension() noexcept : Posted(&Suspension::run) {}

    // On the loop: remembers the coroutine, the loop and the context.
    void suspend(std::coroutine_handle<> waiting) noexcept;
    // On the loop: goes on now. The awaiter may be gone when this returns.
    void resume() noexcept;
    // On any thread: goes on at the loop's next turn. Nothing of the awaiter may be touched afterwards.
    void post() noexcept;

    Loop* loop() const noexcept { return loop_; }
    Context* context() const noexcept { return context_; }

  private:
    static void run(Posted& self) { static_cast<Suspension&>(self).resume(); }

    std::coroutine_handle<> waiting_;
    Loop* loop_ = nullptr;
    Context* context_ = nullptr;
};

class Loop {
  public:
    struct State;
    using Unhandled = std::move_only_function<void(std::exception_ptr)>;

    Loop();
    // What was spawned has to have ended: a frame that still waits is not destroyed, it leaks.
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Runs what is posted, timers and sockets on the calling thread until stop().
    void run();
    // Makes run() return soon; when it is not running, the next run() returns at once.
    void stop() noexcept;

    // All of these: from any thread, run on the loop in the order of posting, one wake-up for all that is waiting.
    void post(std::move_only_function<void()> f);
    void post(std::coroutine_handle<> coroutine);
    void post(Posted& work) noexcept;
    // Each goes on its own loop; a run of neighbours with the same loop costs one lock and at most one wake-up.
    static void post_all(std::span<Suspension* const> ready) noexcept;

    // Starts the task on the loop, outside of any context. What it throws goes to the unhandled handler.
    void spawn(Task<> task);
    // Default: prints the error and ends the process. Set it before run().
    void set_unhandled(Unhandled handler);
    void report_unhandled(std::exception_ptr error) noexcept;

    static Loop* current() noexcept { return current_; }
    bool is_current() const noexcept { return current_ == this; }
    State& state() noexcept { return *state_; }

  private:
    void enqueue(Posted* first, Posted* last) noexcept;
    void run_posted() noexcept;

    static constinit thread_local Loop* current_;

    std::unique_ptr<State> state_;
    Unhandled unhandled_;
    std::mutex mutex_;
    Posted* first_ = nullptr;
    Posted* last_ = nullptr;
    bool awake_ = false;
};

inline constinit thread_local Loop* Loop::current_ = nullptr;

// A number of loops, each running on a thread of its own until this is destroyed.
class Loops {
  public:
    explicit Loops(unsigned count);
    ~Loops();

    std::span<Loop* const> all() const noexcept { return pointers_; }
    Loop& operator[](std::size_t index) const noexcept { return *pointers_[index]; }

  private:
    std::vector<std::unique_ptr<Loop>> loops_;
    std::vector<Loop*> pointers_;
    std::vector<std::thread> threads_;
};

inline void Suspension::suspend(std::coroutine_handle<> waiting) noexcept {
    waiting_ = waiting;
    loop_ = Loop::current();
    context_ = Context::current();
}

inline void Suspension::resume() noexcept {
    Context::Scope scope(context_);
    waiting_.resume();
}

inline void Suspension::post() noexcept { loop_->post(*this); }

// Lets everything else that is ready run first: co_await yield();
struct Yield {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        suspension.suspend(waiting);
        suspension.post();
    }
    void await_resume() const noexcept {}

    Suspension suspension;
};
inline Yield yield() noexcept { return {}; }

namespace detail {

// A coroutine that owns itself: it starts at once and its frame goes when it ends.
struct Detached {
    struct promise_type {
        Detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { Loop::current()->report_unhandled(std::current_exception()); }
    };
};

}  // namespace detail
}  // namespace chassis::async

namespace chassis {
using async::Loop;
}
