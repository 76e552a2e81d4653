// Runs one task to its end from ordinary code, on a loop of its own: for tests, tools and main().
//
//     int total = async::run(count_orders(database));
#pragma once

#include <utility>

#include "chassis/async/loop.hpp"
#include "chassis/async/outcome.hpp"

namespace chassis::async {
namespace detail {

template <class T>
Task<> run_and_stop(Task<T> task, Outcome<T>& outcome, Loop& loop) {
    co_await settle(std::move(task), outcome);
    loop.stop();
}

}  // namespace detail

// On a loop that the caller owns and that is not running.
template <class T>
T run(Loop& loop, Task<T> task) {
    detail::Outcome<T> outcome;
    loop.spawn(detail::run_and_stop(std::move(task), outcome, loop));
    loop.run();
    return outcome.take();
}

template <class T>
T run(Task<T> task) {
    Loop loop;
    return run(loop, std::move(task));
}

}  // namespace chassis::async
