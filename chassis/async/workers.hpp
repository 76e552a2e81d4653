// Threads for work that burns CPU or blocks, so that no loop has to.
//
//     Workers workers(2);
//     std::string hash = co_await workers.run([&] { return hash_password(password); });
//
// The function runs on one of the threads with the caller's Context; its result or exception comes back to the caller's
// loop. It is never interrupted: the caller's frame waits until it has ended. A function that owns something (a string
// by value) is a variable of the caller and only referred to: GCC 12 destroys such a temporary of a co_await twice.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "chassis/async/loop.hpp"

namespace chassis::async {

/// Whether GCC 12 awaits something that holds this function without destroying it twice.
template <class F>
inline constexpr bool can_be_awaited = std::is_lvalue_reference_v<F> || std::is_trivially_destructible_v<F>;

class Workers {
  public:
    explicit Workers(unsigned threads);
    // Finishes what was handed in, then ends the threads.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    template <class F>
    class Run;

    template <class F>
    Run<F> run(F&& f) {
        static_assert(can_be_awaited<F>,
                      "a function that owns something is a variable: auto f = [...]; co_await run(f)");
        return Run<F>(*this, std::forward<F>(f));
    }

  private:
    class Job {
      public:
        virtual void work() noexcept = 0;
        Suspension suspension;
        Job* next = nullptr;

      protected:
        ~Job() = default;
    };

    void hand_in(Job& job) noexcept;
    void serve() noexcept;

    std::mutex mutex_;
    std::condition_variable ready_;
    Job* first_ = nullptr;
    Job* last_ = nullptr;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

template <class F>
class [[nodiscard]] Workers::Run final : Job {
    using Result = std::invoke_result_t<F&>;
    struct Nothing {};
    using Kept = std::conditional_t<std::is_void_v<Result>, Nothing, Result>;

  public:
    Run(Workers& workers, F&& f) : workers_(workers), f_(std::forward<F>(f)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        suspension.suspend(waiting);
        workers_.hand_in(*this);
    }
    Result await_resume() {
        if (error_) std::rethrow_exception(std::move(error_));
        if constexpr (!std::is_void_v<Result>) return std::move(*result_);
    }

  private:
    void work() noexcept override {
        try {
            if constexpr (std::is_void_v<Result>) {
                f_();
            } else {
                result_.emplace(f_());
            }
        } catch (...) {
            error_ = std::current_exception();
        }
    }

    Workers& workers_;
    F f_;
    std::optional<Kept> result_;
    std::exception_ptr error_;
};

}  // namespace chassis::async
