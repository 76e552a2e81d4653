#include "chassis/async/loop.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "chassis/async/loop_state.hpp"

namespace chassis::async {
namespace {

// A posted function owns itself: it goes when it has run.
struct PostedFunction final : Posted {
    explicit PostedFunction(std::move_only_function<void()> f) : Posted(&PostedFunction::run_and_go), f(std::move(f)) {}

    static void run_and_go(Posted& self) {
        std::unique_ptr<PostedFunction> owned(static_cast<PostedFunction*>(&self));
        // A coroutine that waits for the first time inside f leaves its own context behind.
        Context::Scope scope(nullptr);
        owned->f();
    }

    std::move_only_function<void()> f;
};

detail::Detached drive(Task<> task) { co_await task; }

[[noreturn]] void end_process(std::exception_ptr error) {
    try {
        std::rethrow_exception(std::move(error));
    } catch (const std::exception& e) {
        std::fprintf(stderr, "a detached task ended with an error that nobody handles: %s\n", e.what());
    } catch (...) {
        std::fprintf(stderr, "a detached task ended with something thrown that is not a std::exception\n");
    }
    std::abort();
}

}  // namespace

Loop::Loop() : state_(std::make_unique<State>()), unhandled_(end_process) {}

Loop::~Loop() {
    // Whoever posted last may still be leaving enqueue().
    std::lock_guard lock(mutex_);
    // While timers and sockets can still be taken off the loop.
    state_->attachments.clear();
}

void Loop::run() {
    Loop* outer = std::exchange(current_, this);
    state_->io.run();
    state_->io.restart();
    current_ = outer;
}

void Loop::stop() noexcept {
    // Under the lock, so that who sees run() return may destroy the loop.
    std::lock_guard lock(mutex_);
    state_->io.stop();
}

void Loop::enqueue(Posted* first, Posted* last) noexcept {
    // The wake-up is inside the lock: once the work can be seen, it may run and destroy this loop.
    std::lock_guard lock(mutex_);
    (last_ ? last_->next_ : first_) = first;
    last_ = last;
    if (!std::exchange(awake_, true)) boost::asio::post(state_->io, [this] { run_posted(); });
}

void Loop::run_posted() noexcept {
    Posted* ready;
    {
        std::lock_guard lock(mutex_);
        ready = std::exchange(first_, nullptr);
        last_ = nullptr;
        awake_ = false;
    }
    while (ready) {
        Posted* next = std::exchange(ready->next_, nullptr);
        ready->run_(*ready);
        ready = next;
    }
}

void Loop::post(Posted& work) noexcept { enqueue(&work, &work); }

void Loop::post(std::move_only_function<void()> f) { post(*new PostedFunction(std::move(f))); }

void Loop::post(std::coroutine_handle<> coroutine) {
    post([coroutine] { coroutine.resume(); });
}

void Loop::post_all(std::span<Suspension* const> ready) noexcept {
    for (std::size_t begin = 0; begin < ready.size();) {
        Loop* loop = ready[begin]->loop();
        std::size_t end = begin + 1;
        for (; end < ready.size() && ready[end]->loop() == loop; ++end) ready[end - 1]->next_ = ready[end];
        loop->enqueue(ready[begin], ready[end - 1]);
        begin = end;
    }
}

void Loop::spawn(Task<> task) {
    post([task = std::move(task)]() mutable { drive(std::move(task)); });
}

void Loop::set_unhandled(Unhandled handler) { unhandled_ = std::move(handler); }

void Loop::report_unhandled(std::exception_ptr error) noexcept { unhandled_(std::move(error)); }

std::uint64_t Loop::State::new_key() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

Loops::Loops(unsigned count) {
    for (unsigned i = 0; i < count; ++i) pointers_.push_back(loops_.emplace_back(std::make_unique<Loop>()).get());
    for (Loop* loop : pointers_) threads_.emplace_back([loop] { loop->run(); });
}

Loops::~Loops() {
    for (Loop* loop : pointers_) loop->stop();
    for (std::thread& thread : threads_) thread.join();
}

}  // namespace chassis::async
