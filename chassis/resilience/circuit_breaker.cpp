#include "chassis/resilience/circuit_breaker.hpp"

#include <stdexcept>

namespace chassis::resilience {

CircuitBreaker::CircuitBreaker(Settings settings) : settings_(settings) {
    if (settings.window < Clock::duration(slices) || settings.open_for <= Clock::duration::zero() ||
        settings.least_calls == 0 || settings.probes == 0) {
        throw std::invalid_argument("a circuit breaker needs a window, a time to stay open, calls and probes above 0");
    }
    if (!(settings.failure_rate > 0 && settings.failure_rate <= 1)) {
        throw std::invalid_argument("a circuit breaker's failure rate is above 0 and at most 1");
    }
}

std::optional<CircuitBreaker::Permit> CircuitBreaker::try_enter(Clock::time_point now) noexcept {
    const std::lock_guard lock(mutex_);
    if (state_ == State::open && now >= open_until_) change(State::half_open);
    if (state_ == State::open) return std::nullopt;
    if (state_ == State::half_open) {
        if (probing_ + succeeded_ == settings_.probes) return std::nullopt;
        ++probing_;
    }
    return Permit(this, generation_);
}

CircuitBreaker::Clock::duration CircuitBreaker::retry_after(Clock::time_point now) const noexcept {
    const std::lock_guard lock(mutex_);
    return state_ == State::open && now < open_until_ ? open_until_ - now : Clock::duration::zero();
}

CircuitBreaker::State CircuitBreaker::state(Clock::time_point now) const noexcept {
    const std::lock_guard lock(mutex_);
    return state_ == State::open && now >= open_until_ ? State::half_open : state_;
}

void CircuitBreaker::record(std::uint64_t generation, bool success, Clock::time_point now) noexcept {
    const std::lock_guard lock(mutex_);
    if (generation != generation_) return;
    if (state_ == State::closed) {
        count(success, now);
        if (!success && fails_too_often(now)) open(now);
        return;
    }
    // Half open: nobody enters while it is open.
    --probing_;
    if (!success) {
        open(now);
    } else if (++succeeded_ == settings_.probes) {
        change(State::closed);
    }
}

void CircuitBreaker::abandon(std::uint64_t generation) noexcept {
    const std::lock_guard lock(mutex_);
    if (generation == generation_ && state_ == State::half_open) --probing_;
}

void CircuitBreaker::count(bool success, Clock::time_point now) noexcept {
    const std::int64_t number = slice_of(now);
    Slice& slice = window_[static_cast<std::size_t>(number) % slices];
    // Threads may come with their times out of order; an older time than the slice's counts as the slice's.
    if (slice.number < number) slice = {.number = number};
    ++slice.calls;
    if (!success) ++slice.failures;
}

bool CircuitBreaker::fails_too_often(Clock::time_point now) const noexcept {
    const std::int64_t newest = slice_of(now);
    std::uint64_t calls = 0;
    std::uint64_t failures = 0;
    for (const Slice& slice : window_) {
        if (slice.number <= newest - static_cast<std::int64_t>(slices)) continue;
        calls += slice.calls;
        failures += slice.failures;
    }
    return calls >= settings_.least_calls &&
           static_cast<double>(failures) >= settings_.failure_rate * static_cast<double>(calls);
}

std::int64_t CircuitBreaker::slice_of(Clock::time_point now) const noexcept {
    return now.time_since_epoch() / (settings_.window / slices);
}

void CircuitBreaker::open(Clock::time_point now) noexcept {
    change(State::open);
    open_until_ = now + settings_.open_for;
}

void CircuitBreaker::change(State to) noexcept {
    state_ = to;
    ++generation_;
    probing_ = 0;
    succeeded_ = 0;
    window_ = {};
}

}  // namespace chassis::resilience
