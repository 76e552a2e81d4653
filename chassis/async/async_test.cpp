#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "chassis/async/run.hpp"
#include "chassis/async/signal.hpp"
#include "chassis/async/task_group.hpp"
#include "chassis/async/timeout.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/async/workers.hpp"

namespace chassis::async {
namespace {

using namespace std::chrono_literals;

Task<int> add(int a, int b) { co_return a + b; }
Task<int> refuse(std::string why) {
    co_await yield();
    throw std::runtime_error(why);
}

Task<int> sum_to(int n) {
    int sum = 0;
    for (int i = 1; i <= n; ++i) {
        int next = co_await add(sum, i);
        sum = next;
    }
    co_return sum;
}

TEST(TaskTest, awaiting_many_one_after_the_other_does_not_grow_the_stack) {
    EXPECT_EQ(run(sum_to(60'000)), 1'800'030'000);
}

TEST(TaskTest, nothing_runs_before_it_is_awaited) {
    bool ran = false;
    auto set = [&]() -> Task<> {
        ran = true;
        co_return;
    };
    {
        Task<> dropped = set();
    }
    EXPECT_FALSE(ran);
    run(set());
    EXPECT_TRUE(ran);
}

TEST(TaskTest, an_exception_arrives_where_the_task_is_awaited) { EXPECT_THROW(run(refuse("no")), std::runtime_error); }

TEST(TaskTest, a_result_that_can_only_be_moved_comes_through) {
    auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
    EXPECT_EQ(*run(make()), 7);
}

TEST(LoopTest, posts_from_many_threads_all_run_on_the_loop_in_the_order_of_each_thread) {
    constexpr int threads = 4;
    constexpr int each = 2'000;
    Loop loop;
    std::vector<int> last(threads, -1);
    int ran = 0;
    bool in_order = true;
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t) {
        posters.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                loop.post([&, t, i] {
                    in_order = in_order && loop.is_current() && last[t] == i - 1;
                    last[t] = i;
                    if (++ran == threads * each) loop.stop();
                });
            }
        });
    }
    loop.run();
    for (auto& poster : posters) poster.join();
    EXPECT_TRUE(in_order);
    EXPECT_EQ(ran, threads * each);
}

struct Parked {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        suspension.suspend(waiting);
        parked.push_back(&suspension);
    }
    void await_resume() const noexcept {}

    std::vector<Suspension*>& parked;
    Suspension suspension{};
};

TEST(LoopTest, a_batch_posted_by_another_thread_resumes_everyone_on_the_own_loop) {
    Loops loops(2);
    constexpr int each = 500;
    std::vector<Suspension*> parked[2];
    std::atomic<int> waiting = 2 * each;
    std::atomic<int> home = 0;
    std::atomic<int> left = 2 * each;
    auto wait = [&](int which) -> Task<> {
        --waiting;
        waiting.notify_all();
        co_await Parked{parked[which]};
        if (loops[which].is_current()) ++home;
        --left;
        left.notify_all();
    };
    for (int i = 0; i < 2 * each; ++i) loops[i % 2].spawn(wait(i % 2));
    auto reaches_zero = [](std::atomic<int>& count) {
        for (int seen; (seen = count.load()) != 0;) count.wait(seen);
    };
    reaches_zero(waiting);
    // Everyone is parked once a function posted after them has run.
    std::vector<Suspension*> all;
    for (int which : {0, 1}) {
        std::atomic<bool> copied = false;
        loops[which].post([&] {
            all.insert(all.end(), parked[which].begin(), parked[which].end());
            copied = true;
            copied.notify_all();
        });
        copied.wait(false);
    }
    ASSERT_EQ(all.size(), 2u * each);
    Loop::post_all(all);
    reaches_zero(left);
    EXPECT_EQ(home, 2 * each);
}

TEST(LoopTest, what_a_detached_task_throws_is_reported) {
    Loop loop;
    std::string message;
    loop.set_unhandled([&](std::exception_ptr error) {
        try {
            std::rethrow_exception(std::move(error));
        } catch (const std::exception& e) {
            message = e.what();
        }
        loop.stop();
    });
    auto fail = []() -> Task<> {
        co_await yield();
        throw std::runtime_error("lost");
    };
    loop.spawn(fail());
    loop.run();
    EXPECT_EQ(message, "lost");
}

TEST(TimerTest, timers_expire_in_the_order_of_their_times_whatever_the_order_of_setting) {
    std::vector<int> order;
    auto at = [&](int place, Context::Clock::time_point when) -> Task<> {
        co_await sleep_until(when);
        order.push_back(place);
    };
    auto all = [&]() -> Task<> {
        auto start = Context::Clock::now();
        std::vector<Task<>> tasks;
        for (int place : {3, 0, 4, 1, 2}) tasks.push_back(at(place, start + place * 2ms));
        co_await when_all(std::move(tasks));
    };
    run(all());
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

TEST(TimerTest, a_cancelled_timer_never_calls_and_the_others_do) {
    struct Counting : Timer {
        Counting() : Timer([](Timer& self) { ++static_cast<Counting&>(self).calls; }) {}
        int calls = 0;
    };
    auto test = []() -> Task<> {
        Counting kept;
        Counting cancelled;
        auto soon = Context::Clock::now() + 1ms;
        kept.set(soon);
        cancelled.set(soon);
        {
            Counting destroyed;
            destroyed.set(soon);
        }
        cancelled.cancel();
        co_await sleep_until(soon + 1ms);
        EXPECT_EQ(kept.calls, 1);
        EXPECT_FALSE(kept.armed());
        EXPECT_EQ(cancelled.calls, 0);
    };
    run(test());
}

TEST(ContextTest, a_scope_holds_across_every_kind_of_wait) {
    Workers workers(1);
    auto test = [&](Context& context) -> Task<bool> {
        Context::Scope scope(context);
        bool kept = true;
        co_await yield();
        kept = kept && Context::current() == &context;
        co_await sleep_for(100us);
        kept = kept && Context::current() == &context;
        Context* on_worker = co_await workers.run([] { return Context::current(); });
        kept = kept && on_worker == &context && Context::current() == &context;
        Signal signal;
        co_await signal.wait_for(100us);
        co_return kept&& Context::current() == &context;
    };
    Context first;
    Context second;
    auto both = [&]() -> Task<bool> {
        auto [a, b] = co_await when_all(test(first), test(second));
        co_return a&& b&& Context::current() == nullptr;
    };
    EXPECT_TRUE(run(both()));
}

Task<> wait_in_a_scope() {
    Context context;
    Context::Scope scope(context);
    co_await sleep_for(1ms);
}

TEST(ContextTest, a_coroutine_that_waits_leaves_no_context_to_whoever_runs_next) {
    run(wait_in_a_scope());
    EXPECT_EQ(Context::current(), nullptr);
}

TEST(WhenAllTest, every_result_stands_in_its_place) {
    auto nothing = []() -> Task<> { co_await yield(); };
    auto test = [&]() -> Task<std::string> {
        auto text = []() -> Task<std::string> {
            co_await sleep_for(1ms);
            co_return "late";
        };
        auto [number, none, word] = co_await when_all(add(1, 2), nothing(), text());
        static_assert(std::is_same_v<decltype(none), std::monostate>);
        co_return word + std::to_string(number);
    };
    EXPECT_EQ(run(test()), "late3");
}

TEST(WhenAllTest, the_first_error_is_thrown_after_all_have_ended) {
    int ended = 0;
    auto slow = [&]() -> Task<int> {
        co_await sleep_for(1ms);
        co_return ++ended;
    };
    auto test = [&]() -> Task<> {
        std::vector<Task<int>> tasks;
        tasks.push_back(refuse("first"));
        tasks.push_back(slow());
        tasks.push_back(refuse("second"));
        try {
            std::vector<int> values = co_await when_all(std::move(tasks));
            ADD_FAILURE() << "no error";
        } catch (const std::runtime_error& e) {
            EXPECT_STREQ(e.what(), "first");
        }
    };
    run(test());
    EXPECT_EQ(ended, 1);
}

TEST(TimeoutTest, a_task_in_time_gives_its_result_and_one_too_late_is_marked_and_runs_on) {
    bool marked = false;
    bool finished = false;
    Signal done;
    auto late = [&]() -> Task<int> {
        co_await sleep_for(20ms);
        marked = Context::current()->cancelled.stop_requested();
        finished = true;
        done.notify();
        co_return 1;
    };
    auto test = [&]() -> Task<> {
        std::optional<int> quick = co_await with_timeout(add(1, 2), 10s);
        EXPECT_EQ(quick, 3);
        std::optional<int> none = co_await with_timeout(late(), 1ms);
        EXPECT_EQ(none, std::nullopt);
        EXPECT_FALSE(finished);
        co_await done.wait();
    };
    run(test());
    EXPECT_TRUE(marked);
}

TEST(TimeoutTest, what_cancels_the_caller_cancels_the_task_too) {
    std::stop_source stop;
    auto is_cancelled = []() -> Task<bool> { co_return Context::current()->cancelled.stop_requested(); };
    auto cancel = [&]() -> Task<bool> {
        bool before = Context::current()->cancelled.stop_requested();
        stop.request_stop();
        co_return !before && Context::current()->cancelled.stop_requested();
    };
    auto test = [&]() -> Task<> {
        Context context{.cancelled = stop.get_token()};
        Context::Scope scope(context);
        std::optional<bool> meanwhile = co_await with_timeout(cancel(), 10s);
        EXPECT_EQ(meanwhile, true);
        std::optional<bool> before = co_await with_timeout(is_cancelled(), 10s);
        EXPECT_EQ(before, true);
    };
    run(test());
}

TEST(TimeoutTest, an_exception_in_time_is_thrown) {
    EXPECT_THROW(run(with_timeout(refuse("no"), 10s)), std::runtime_error);
}

TEST(SignalTest, a_notification_from_another_thread_wakes_everyone_who_waits) {
    Signal signal;
    int waiting = 0;
    std::thread other;
    auto wait = [&]() -> Task<bool> {
        ++waiting;
        co_return co_await signal.wait_for(10s);
    };
    auto ring = [&]() -> Task<> {
        other = std::thread([&] { signal.notify(); });
        co_return;
    };
    auto test = [&]() -> Task<bool> {
        auto [a, b, none] = co_await when_all(wait(), wait(), ring());
        co_return a&& b;
    };
    EXPECT_TRUE(run(test()));
    other.join();
    EXPECT_EQ(waiting, 2);
}

TEST(SignalTest, a_notification_before_the_wait_is_kept_once) {
    auto test = []() -> Task<> {
        Signal signal;
        signal.notify();
        signal.notify();
        bool first = co_await signal.wait_for(10s);
        bool second = co_await signal.wait_for(1ms);
        EXPECT_TRUE(first);
        EXPECT_FALSE(second);
    };
    run(test());
}

TEST(SignalTest, notifications_and_timeouts_that_meet_lose_nobody) {
    Signal signal;
    std::atomic<bool> ending = false;
    std::thread ringing([&] {
        while (!ending) signal.notify();
    });
    auto test = [&]() -> Task<> {
        for (int i = 0; i < 2'000; ++i) co_await signal.wait_for(std::chrono::nanoseconds(i % 7 * 1'000));
    };
    run(test());
    ending = true;
    ringing.join();
}

TEST(WorkersTest, results_and_exceptions_come_back_to_the_callers_loop) {
    Workers workers(2);
    auto test = [&]() -> Task<> {
        Loop* loop = Loop::current();
        auto here = std::this_thread::get_id();
        auto there = co_await workers.run([] { return std::this_thread::get_id(); });
        EXPECT_NE(here, there);
        EXPECT_TRUE(loop->is_current());
        bool thrown = false;
        try {
            co_await workers.run([] { throw std::runtime_error("busy"); });
        } catch (const std::runtime_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown && loop->is_current());
    };
    run(test());
}

TEST(TaskGroupTest, join_waits_for_all_also_those_that_others_spawn) {
    int ended = 0;
    auto test = [&]() -> Task<> {
        TaskGroup group;
        auto leaf = [&]() -> Task<> {
            co_await sleep_for(1ms);
            ++ended;
        };
        auto parent = [&]() -> Task<> {
            co_await yield();
            group.spawn(leaf());
            ++ended;
        };
        for (int i = 0; i < 10; ++i) group.spawn(parent());
        EXPECT_EQ(group.size(), 10u);
        co_await group.join();
        EXPECT_EQ(group.size(), 0u);
    };
    run(test());
    EXPECT_EQ(ended, 20);
}

}  // namespace
}  // namespace chassis::async
