#include "chassis/resilience/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace chassis::resilience {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

class CircuitBreakerTest : public testing::Test {
  protected:
    void succeed(int times) {
        for (int i = 0; i < times; ++i) enter().succeeded(now);
    }
    void fail(int times) {
        for (int i = 0; i < times; ++i) enter().failed(now);
    }
    CircuitBreaker::Permit enter() { return breaker.try_enter(now).value(); }
    bool is_refused() { return !breaker.try_enter(now); }

    CircuitBreaker breaker{{.window = 10s, .least_calls = 10, .failure_rate = 0.5, .open_for = 5s, .probes = 2}};
    CircuitBreaker::Clock::time_point now{1h};
};

TEST_F(CircuitBreakerTest, opens_when_the_rate_of_failures_is_reached) {
    succeed(5);
    fail(4);
    EXPECT_EQ(breaker.state(now), State::closed);
    fail(1);
    EXPECT_EQ(breaker.state(now), State::open);
    EXPECT_TRUE(is_refused());
}

TEST_F(CircuitBreakerTest, few_calls_say_nothing) {
    fail(9);
    EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(CircuitBreakerTest, failures_below_the_rate_do_not_open_it) {
    for (int i = 0; i < 100; ++i) {
        succeed(2);
        fail(1);
    }
    EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(CircuitBreakerTest, forgets_what_lies_behind_the_window) {
    fail(9);
    now += 10s;
    fail(9);
    EXPECT_EQ(breaker.state(now), State::closed);
    now += 5s;
    fail(1);
    EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(CircuitBreakerTest, says_when_it_may_be_asked_again) {
    EXPECT_EQ(breaker.retry_after(now), 0s);
    fail(10);
    EXPECT_EQ(breaker.retry_after(now), 5s);
    now += 4s;
    EXPECT_EQ(breaker.retry_after(now), 1s);
    EXPECT_TRUE(is_refused());
    now += 1s;
    EXPECT_EQ(breaker.retry_after(now), 0s);
    EXPECT_EQ(breaker.state(now), State::half_open);
}

TEST_F(CircuitBreakerTest, half_open_it_lets_no_more_than_the_probes_through) {
    fail(10);
    now += 5s;
    auto first = enter();
    auto second = enter();
    EXPECT_TRUE(is_refused());
    first.succeeded(now);
    EXPECT_TRUE(is_refused());
    second.succeeded(now);
    EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(CircuitBreakerTest, starts_anew_after_the_probes_succeeded) {
    fail(10);
    now += 5s;
    succeed(2);
    fail(9);
    EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(CircuitBreakerTest, a_failed_probe_opens_it_again) {
    fail(10);
    now += 5s;
    succeed(1);
    now += 1s;
    fail(1);
    EXPECT_EQ(breaker.state(now), State::open);
    EXPECT_EQ(breaker.retry_after(now), 5s);
}

TEST_F(CircuitBreakerTest, a_probe_without_a_verdict_makes_room_for_another) {
    fail(10);
    now += 5s;
    succeed(1);
    {
        auto abandoned = enter();
        EXPECT_TRUE(is_refused());
    }
    succeed(1);
    EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(CircuitBreakerTest, a_call_of_an_earlier_state_says_nothing) {
    auto late_failure = enter();
    auto late_success = enter();
    auto late_nothing = std::optional(enter());
    fail(10);
    now += 5s;
    auto probe = enter();
    late_failure.failed(now);
    EXPECT_EQ(breaker.state(now), State::half_open);
    late_success.succeeded(now);
    probe.succeeded(now);
    EXPECT_EQ(breaker.state(now), State::half_open);
    auto last = enter();
    late_nothing.reset();
    EXPECT_TRUE(is_refused());
    last.succeeded(now);
    EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(CircuitBreakerTest, a_success_completes_no_opening_but_the_failure_after_it_does) {
    fail(9);
    succeed(1);
    EXPECT_EQ(breaker.state(now), State::closed);
    fail(1);
    EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(CircuitBreakerTest, only_the_first_verdict_of_a_permit_counts) {
    fail(8);
    auto permit = enter();
    permit.failed(now);
    permit.failed(now);
    EXPECT_EQ(breaker.state(now), State::closed) << "nine calls, not ten";
}

TEST_F(CircuitBreakerTest, several_threads_lose_no_verdict) {
    CircuitBreaker shared({.window = 10s, .least_calls = 4000, .failure_rate = 1, .open_for = 5s, .probes = 1});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, calls = t == 0 ? 999 : 1000] {
            for (int i = 0; i < calls; ++i) shared.try_enter(now).value().failed(now);
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(shared.state(now), State::closed);
    shared.try_enter(now).value().failed(now);
    EXPECT_EQ(shared.state(now), State::open);
}

TEST(CircuitBreakerSettingsTest, a_setting_outside_of_its_range_is_refused) {
    EXPECT_THROW(CircuitBreaker({.window = 0s}), std::invalid_argument);
    EXPECT_THROW(CircuitBreaker({.least_calls = 0}), std::invalid_argument);
    EXPECT_THROW(CircuitBreaker({.failure_rate = 0}), std::invalid_argument);
    EXPECT_THROW(CircuitBreaker({.failure_rate = 1.1}), std::invalid_argument);
    EXPECT_THROW(CircuitBreaker({.open_for = 0s}), std::invalid_argument);
    EXPECT_THROW(CircuitBreaker({.probes = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace chassis::resilience
