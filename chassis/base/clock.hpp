// The time of day, handed in, so that a test can set it; and its text.
//
//     ManualClock clock(Time{std::chrono::seconds(1'700'000'000)});
//     clock.advance(std::chrono::minutes(15));
//     to_rfc3339(clock.now());                              // "2023-11-14T22:28:20Z"
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace chassis::base {

/// UTC in microseconds, what databases and messages carry.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
};

/// The machine's clock.
[[nodiscard]] const Clock& system_clock();

/// Stands still until it is told; any thread may tell it.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time start = Time{}) : microseconds_(start.time_since_epoch().count()) {}
    [[nodiscard]] Time now() const override { return Time{std::chrono::microseconds(microseconds_.load())}; }
    void set(Time time) { microseconds_.store(time.time_since_epoch().count()); }
    void advance(std::chrono::microseconds by) { microseconds_.fetch_add(by.count()); }

  private:
    std::atomic<std::int64_t> microseconds_;
};

/// "2026-01-31T09:05:00Z", with six digits of a second when it is not a whole one. Years 0000 to 9999.
void append_rfc3339(std::string& out, Time time);
[[nodiscard]] std::string to_rfc3339(Time time);

/// RFC 3339 with any offset; digits after the sixth are cut off. Nothing when the text is another or no such day
/// exists.
[[nodiscard]] std::optional<Time> parse_rfc3339(std::string_view text) noexcept;

}  // namespace chassis::base

namespace chassis {
using base::Clock;
using base::ManualClock;
using base::Time;
}  // namespace chassis
