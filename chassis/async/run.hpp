// Runs one task to its end from ordinary code, on a loop of its own: for tests, tools and main().
//
//     int total = async::run(count_orders(database));
#pragma once

#include <optional>
#include <utility>

#include "chassis/async/when_all.hpp"

namespace chassis::async {
namespace detail {

template <class T>
Task<> run_and_stop(Task<T> task, Outcome<T>& outcome, Loop& loop) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await task;
        } else {
            T value = co_await task;
            outcome.value.emplace(std::move(value));
        }
    } catch (...) {
        outcome.error = std::current_exception();
    }
    task = {};
    loop.stop();
}

}  // namespace detail

// On a loop that the caller owns and that is not running.
template <class T>
T run(Loop& loop, Task<T> task) {
    detail::Outcome<T> outcome;
    loop.spawn(detail::run_and_stop(std::move(task), outcome, loop));
    loop.run();
    if (outcome.error) std::rethrow_exception(std::move(outcome.error));
    if constexpr (!std::is_void_v<T>) return std::move(*outcome.value);
}

template <class T>
T run(Task<T> task) {
    Loop loop;
    return run(loop, std::move(task));
}

}  // namespace chassis::async
