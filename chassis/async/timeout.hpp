// A task for which the caller waits only so long.
//
//     std::optional<Reply> reply = co_await with_timeout(ask(other), 200ms);
//     if (!reply) ...
//
// The task sees a deadline and, when the time is over or the caller is cancelled, a cancelled token in its own copy of
// the caller's Context. It is not destroyed: it runs on to its end alone, and what it then returns or throws is
// dropped. So it must not refer to anything of the caller's.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "chassis/async/timer.hpp"
#include "chassis/async/when_all.hpp"

namespace chassis::async {
namespace detail {

struct RequestStop {
    void operator()() noexcept { stop.request_stop(); }

    std::stop_source stop;
};

// Shared by the caller and the task, whichever ends last.
template <class T>
struct Timed : Timer {
    Timed() : Timer(&Timed::expired) {}

    static void expired(Timer& self) {
        auto& timed = static_cast<Timed&>(self);
        timed.over = true;
        timed.stop.request_stop();
        timed.suspension.resume();
    }

    Outcome<T> outcome;
    Context context;
    std::stop_source stop;
    std::optional<std::stop_callback<RequestStop>> forward;
    Suspension suspension;
    bool ended = false;
    bool waiting = false;
    bool over = false;
};

template <class T>
Detached run_timed(Task<T> task, std::shared_ptr<Timed<T>> timed) {
    {
        Context::Scope scope(timed->context);
        try {
            if constexpr (std::is_void_v<T>) {
                co_await task;
                timed->outcome.value.emplace();
            } else {
                T value = co_await task;
                timed->outcome.value.emplace(std::move(value));
            }
        } catch (...) {
            timed->outcome.error = std::current_exception();
        }
    }
    task = {};
    timed->ended = true;
    timed->cancel();
    if (timed->waiting && !timed->over) timed->suspension.resume();
}

template <class T>
struct AwaitTimed {
    bool await_ready() const noexcept { return timed.ended; }
    void await_suspend(std::coroutine_handle<> waiting) {
        timed.suspension.suspend(waiting);
        timed.waiting = true;
        timed.set(timed.context.deadline);
    }
    void await_resume() const noexcept {}

    Timed<T>& timed;
};

}  // namespace detail

// Nothing when the time was over, or when the caller's own deadline was; a Task<> gives std::monostate.
template <class T>
Task<std::optional<detail::Stored<T>>> with_timeout(Task<T> task, std::chrono::nanoseconds duration) {
    auto timed = std::make_shared<detail::Timed<T>>();
    if (Context* outer = Context::current()) timed->context = *outer;
    timed->context.deadline = Context::deadline_within(duration);
    timed->forward.emplace(timed->context.cancelled, detail::RequestStop{timed->stop});
    timed->context.cancelled = timed->stop.get_token();
    {
        Context::Scope scope(Context::current());
        detail::run_timed(std::move(task), timed);
    }
    co_await detail::AwaitTimed<T>{*timed};
    if (!timed->ended) co_return std::nullopt;
    if (timed->outcome.error) std::rethrow_exception(std::move(timed->outcome.error));
    co_return std::move(timed->outcome.value);
}

}  // namespace chassis::async

namespace chassis {
using async::with_timeout;
}
