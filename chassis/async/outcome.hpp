// What came of a task that was run to its end: a value or an exception.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "chassis/async/task.hpp"

namespace chassis::async::detail {

// A Task<> leaves a std::monostate.
template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T>
struct Outcome {
    std::optional<Stored<T>> value;
    std::exception_ptr error;

    T take() {
        if (error) std::rethrow_exception(std::move(error));
        if constexpr (!std::is_void_v<T>) return std::move(*value);
    }
};

// Nothing is left of the task when this returns.
template <class T>
Task<> settle(Task<T> task, Outcome<T>& outcome) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await task;
            outcome.value.emplace();
        } else {
            T value = co_await task;
            outcome.value.emplace(std::move(value));
        }
    } catch (...) {
        outcome.error = std::current_exception();
    }
    task = {};
}

}  // namespace chassis::async::detail
