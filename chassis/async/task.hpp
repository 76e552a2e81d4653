// A lazy coroutine: nothing runs until it is awaited, and it is awaited once.
//
//     Task<int> twice(int x) { co_return 2 * x; }
//     Task<int> four_times(int x) {
//         int half = co_await twice(x);
//         co_return 2 * half;
//     }
//
// A task is moved, never copied; the frame is destroyed with the Task. An exception that leaves the body is thrown
// again where the task is awaited. A million tasks awaited one after the other need no more stack than one.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace chassis::async {

template <class T = void>
class Task;

namespace detail {

struct ContinueCaller {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
        auto caller = self.promise().caller;
        return caller ? caller : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
};

struct PromiseBase {
    // Set once the caller really waits: a task that ends before that returns to it directly.
    std::coroutine_handle<> caller;
    std::exception_ptr error;

    std::suspend_always initial_suspend() const noexcept { return {}; }
    ContinueCaller final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Task<T> get_return_object() noexcept;
    template <class U = T>
        requires std::is_constructible_v<T, U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (error) std::rethrow_exception(std::move(error));
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() {
        if (error) std::rethrow_exception(std::move(error));
    }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
  public:
    using promise_type = detail::Promise<T>;
    using value_type = T;

    Task() noexcept = default;
    explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
    Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(frame_, other.frame_);
        return *this;
    }
    ~Task() {
        if (frame_) frame_.destroy();
    }

    // False for a moved-from or default-made task, which cannot be awaited.
    explicit operator bool() const noexcept { return static_cast<bool>(frame_); }

    bool await_ready() const noexcept { return false; }
    // Started by a plain call: compilers make symmetric transfer a jump only when they optimise, and a loop over tasks
    // that never wait would use up the stack of a debug build.
    bool await_suspend(std::coroutine_handle<> caller) noexcept {
        frame_.resume();
        if (frame_.done()) return false;
        frame_.promise().caller = caller;
        return true;
    }
    T await_resume() { return frame_.promise().take(); }

  private:
    std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
    return Task<T>{std::coroutine_handle<Promise<T>>::from_promise(*this)};
}

inline Task<void> Promise<void>::get_return_object() noexcept {
    return Task<void>{std::coroutine_handle<Promise<void>>::from_promise(*this)};
}

}  // namespace detail
}  // namespace chassis::async

namespace chassis {
using async::Task;
}
