// Several tasks at once on one loop, awaited together.
//
//     auto [cart, prices] = co_await when_all(read_cart(id), read_prices(ids));
//     std::vector<Reply> replies = co_await when_all(std::move(tasks));
//
// All of them run to their end, whatever the others do; then the first exception, in the order of the arguments, is
// thrown. A Task<> gives std::monostate in the tuple.
#pragma once

#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "chassis/async/loop.hpp"
#include "chassis/async/outcome.hpp"

namespace chassis::async {
namespace detail {

// Counts the tasks that have not ended; the last one goes on with the coroutine that awaits them.
class Countdown {
  public:
    explicit Countdown(std::size_t tasks) noexcept : left_(tasks + 1) {}

    void arrive() noexcept {
        if (--left_ == 0) waiting_.resume();
    }
    bool await_ready() noexcept { return left_ == 1; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        waiting_ = waiting;
        --left_;
    }
    void await_resume() const noexcept {}

  private:
    std::size_t left_;
    std::coroutine_handle<> waiting_;
};

template <class T>
Detached run_into(Task<T> task, Outcome<T>& outcome, Countdown& countdown) {
    co_await settle(std::move(task), outcome);
    countdown.arrive();
}

// Each task starts in the caller's context, whatever the one before left behind.
template <class T>
void start(Task<T> task, Outcome<T>& outcome, Countdown& countdown) {
    Context::Scope scope(Context::current());
    run_into(std::move(task), outcome, countdown);
}

}  // namespace detail

template <class... T>
Task<std::tuple<detail::Stored<T>...>> when_all(Task<T>... tasks) {
    std::tuple<detail::Outcome<T>...> outcomes;
    detail::Countdown countdown(sizeof...(T));
    std::apply([&](auto&... outcome) { (detail::start(std::move(tasks), outcome, countdown), ...); }, outcomes);
    co_await countdown;
    std::exception_ptr error;
    std::apply([&](auto&... outcome) { ((error = error ? error : outcome.error), ...); }, outcomes);
    if (error) std::rethrow_exception(std::move(error));
    co_return std::apply(
        [](auto&... outcome) { return std::tuple<detail::Stored<T>...>(std::move(*outcome.value)...); }, outcomes);
}

template <class T>
    requires(!std::is_void_v<T>)
Task<std::vector<T>> when_all(std::vector<Task<T>> tasks) {
    std::vector<detail::Outcome<T>> outcomes(tasks.size());
    detail::Countdown countdown(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) detail::start(std::move(tasks[i]), outcomes[i], countdown);
    co_await countdown;
    std::vector<T> values;
    values.reserve(outcomes.size());
    for (auto& outcome : outcomes) values.push_back(outcome.take());
    co_return values;
}

inline Task<> when_all(std::vector<Task<>> tasks) {
    std::vector<detail::Outcome<void>> outcomes(tasks.size());
    detail::Countdown countdown(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) detail::start(std::move(tasks[i]), outcomes[i], countdown);
    co_await countdown;
    for (auto& outcome : outcomes) outcome.take();
}

}  // namespace chassis::async

namespace chassis {
using async::when_all;
}
