// Stops calling what keeps failing, and tries it again a little later.
//
//     CircuitBreaker breaker({.open_for = 5s});
//     auto permit = breaker.try_enter();
//     if (!permit) throw HttpError{503, "product is unavailable"};
//     auto reply = co_await client.send(request);
//     reply.status < 500 ? permit->succeeded() : permit->failed();
//
// closed     every call goes through; when enough of the latest ones failed, the breaker opens
// open       no call goes through, for a while
// half open  a few calls go through as probes: it closes when all of them succeed and opens again when one fails
//
// A permit that is destroyed without a verdict (the caller went away, the call was not made) says nothing.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace chassis::resilience {

/// Any number of threads may use one. It outlives its permits.
class CircuitBreaker {
  public:
    using Clock = std::chrono::steady_clock;

    enum class State : std::uint8_t { closed, open, half_open };

    struct Settings {
        /// How far back calls are looked at.
        Clock::duration window = std::chrono::seconds(10);
        /// Fewer calls than this in the window say nothing; 1 or more.
        unsigned least_calls = 20;
        /// The part of them that has to fail; above 0, at most 1.
        double failure_rate = 0.5;
        /// How long no call goes through.
        Clock::duration open_for = std::chrono::seconds(5);
        /// How many have to succeed before every call goes through again; 1 or more.
        unsigned probes = 3;
    };

    /// The right to make one call. Only the first verdict counts.
    class [[nodiscard]] Permit {
      public:
        Permit(Permit&& other) noexcept
            : breaker_(std::exchange(other.breaker_, nullptr)), generation_(other.generation_) {}
        Permit& operator=(Permit&& other) noexcept {
            std::swap(breaker_, other.breaker_);
            std::swap(generation_, other.generation_);
            return *this;
        }
        ~Permit() {
            if (breaker_) breaker_->abandon(generation_);
        }

        void succeeded(Clock::time_point now = Clock::now()) noexcept { judge(true, now); }
        void failed(Clock::time_point now = Clock::now()) noexcept { judge(false, now); }

      private:
        friend class CircuitBreaker;
        Permit(CircuitBreaker* breaker, std::uint64_t generation) noexcept
            : breaker_(breaker), generation_(generation) {}
        void judge(bool success, Clock::time_point now) noexcept {
            if (auto* breaker = std::exchange(breaker_, nullptr)) breaker->record(generation_, success, now);
        }

        CircuitBreaker* breaker_;
        std::uint64_t generation_;
    };

    CircuitBreaker() : CircuitBreaker(Settings{}) {}
    /// Throws std::invalid_argument for a setting outside of its range.
    explicit CircuitBreaker(Settings settings);
    CircuitBreaker(const CircuitBreaker&) = delete;
    CircuitBreaker& operator=(const CircuitBreaker&) = delete;

    /// Nothing when the call is not to be made.
    [[nodiscard]] std::optional<Permit> try_enter(Clock::time_point now = Clock::now()) noexcept;

    /// When the next probe may go through at the earliest, from `now` on; zero unless open.
    [[nodiscard]] Clock::duration retry_after(Clock::time_point now = Clock::now()) const noexcept;
    [[nodiscard]] State state(Clock::time_point now = Clock::now()) const noexcept;

  private:
    // The window is a ring of slices, of which the oldest is emptied as time goes on.
    struct Slice {
        std::int64_t number = -1;  // since the clock's epoch
        unsigned calls = 0;
        unsigned failures = 0;
    };
    static constexpr std::size_t slices = 10;

    void record(std::uint64_t generation, bool success, Clock::time_point now) noexcept;
    void abandon(std::uint64_t generation) noexcept;
    void count(bool success, Clock::time_point now) noexcept;
    [[nodiscard]] bool fails_too_often(Clock::time_point now) const noexcept;
    [[nodiscard]] std::int64_t slice_of(Clock::time_point now) const noexcept;
    void open(Clock::time_point now) noexcept;
    void change(State to) noexcept;

    const Settings settings_;
    mutable std::mutex mutex_;
    State state_ = State::closed;
    // Counts the changes of state: what a call of an earlier state brings back says nothing about this one.
    std::uint64_t generation_ = 0;
    std::array<Slice, slices> window_{};
    Clock::time_point open_until_{};
    unsigned probing_ = 0;    // under way
    unsigned succeeded_ = 0;  // of the probes
};

}  // namespace chassis::resilience
