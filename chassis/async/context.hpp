// What a piece of work carries along without a parameter: its trace, its deadline, whether it was cancelled.
//
//     Context context{.deadline = Context::Clock::now() + 2s};
//     Context::Scope scope(context);
//     co_await store(order);              // store() sees Context::current() == &context
//
// The server makes one for each request and a consumer one for each event. Every awaiter that really waits (sleep,
// sockets, signals, workers, the database) remembers the context when it suspends and sets it again when it resumes, so
// a Scope holds across co_await. Code that runs on another thread for a coroutine sees the coroutine's context.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <string_view>

#include "chassis/base/trace_context.hpp"

namespace chassis::async {

struct Context {
    using Clock = std::chrono::steady_clock;

    base::TraceContext trace{};
    Clock::time_point deadline = Clock::time_point::max();
    // Cancellation only marks: nothing is interrupted, whoever waits for long looks at it.
    std::stop_token cancelled{};
    // The route's text, such as "/products/{product_id}"; it outlives the context.
    std::string_view route{};

    // The context of the code that asks, or null outside of one.
    static Context* current() noexcept { return current_; }

    // The current deadline, or the end of time.
    static Clock::time_point current_deadline() noexcept {
        return current_ ? current_->deadline : Clock::time_point::max();
    }

    // The earlier of the current deadline and `after` from now.
    static Clock::time_point deadline_within(Clock::duration after) noexcept {
        return std::min(current_deadline(), Clock::now() + after);
    }

    class Scope;

  private:
    static constinit thread_local Context* current_;
};

inline constinit thread_local Context* Context::current_ = nullptr;

// Makes a context (or none) the current one until the end of the block.
class [[nodiscard]] Context::Scope {
  public:
    explicit Scope(Context& context) noexcept : Scope(&context) {}
    explicit Scope(Context* context) noexcept : outer_(current_) { current_ = context; }
    ~Scope() { current_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

  private:
    Context* outer_;
};

}  // namespace chassis::async

namespace chassis {
using async::Context;
}
