// A closure that waits for an engine, and the awaiters that bring its result back to the caller's loop. Used by
// Database.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <semaphore>
#include <source_location>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "chassis/async/context.hpp"
#include "chassis/async/loop.hpp"
#include "chassis/database/connection.hpp"

namespace chassis::database {

/// One closure on its way through an engine. The engine sets `error` and calls done() once, its last touch.
class Work {
  public:
    /// Runs the closure; may be called again after a rollback. Reads get a Connection that is no Transaction.
    virtual void call(Connection& connection) = 0;
    /// Wakes the caller, from any thread.
    virtual void done() noexcept = 0;

    std::exception_ptr error;
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    std::stop_token cancelled;
    async::Context* context = nullptr;
    std::source_location where;
    /// Set for a waiter on a loop, so that a batch is posted with one wake-up per loop.
    async::Suspension* suspension = nullptr;

  protected:
    ~Work() = default;
    void take_over(async::Context* from) {
        context = from;
        if (from == nullptr) return;
        deadline = from->deadline;
        cancelled = from->cancelled;
    }
};

namespace detail {

template <class F, class On>
class Closure : public Work {
  public:
    using Result = std::invoke_result_t<F&, On&>;
    static_assert(!std::is_reference_v<Result>, "a closure returns a value: what it refers to is gone after it");

    template <class G>
    Closure(G&& f, std::source_location from) : f_(std::forward<G>(f)) {
        where = from;
    }

    void call(Connection& connection) final {
        if constexpr (std::is_void_v<Result>) {
            f_(static_cast<On&>(connection));
        } else {
            result_.reset();
            result_.emplace(f_(static_cast<On&>(connection)));
        }
    }

  protected:
    ~Closure() = default;
    Result take() {
        if (error) std::rethrow_exception(std::move(error));
        if constexpr (!std::is_void_v<Result>) return std::move(*result_);
    }

  private:
    struct Nothing {};
    F f_;
    std::optional<std::conditional_t<std::is_void_v<Result>, Nothing, Result>> result_;
};

/// `co_await` suspends until the closure has ended, whatever happens to the caller's deadline meanwhile: its frame
/// holds what the closure refers to.
template <class F, class On, class Engine, void (Engine::*submit)(Work&)>
class [[nodiscard]] Awaited final : Closure<F, On> {
  public:
    template <class G>
    Awaited(Engine& engine, G&& f, std::source_location where)
        : Closure<F, On>(std::forward<G>(f), where), engine_(engine) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        suspension_.suspend(waiting);
        this->suspension = &suspension_;
        this->take_over(suspension_.context());
        (engine_.*submit)(*this);
    }
    typename Closure<F, On>::Result await_resume() { return this->take(); }

  private:
    void done() noexcept override { suspension_.post(); }

    Engine& engine_;
    async::Suspension suspension_;
};

/// Blocks the calling thread instead: for start-up, tools and tests.
template <class F, class On>
class Blocking final : Closure<F, On> {
  public:
    Blocking(F f, std::source_location where) : Closure<F, On>(std::move(f), where) {
        this->take_over(async::Context::current());
    }
    template <class Engine>
    typename Closure<F, On>::Result run(Engine& engine, void (Engine::*submit)(Work&)) {
        (engine.*submit)(*this);
        ended_.acquire();
        return this->take();
    }

  private:
    void done() noexcept override { ended_.release(); }

    std::binary_semaphore ended_{0};
};

}  // namespace detail
}  // namespace chassis::database
