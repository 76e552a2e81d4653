// Named places between two durable facts, where a test can kill, hold or fail the process.
//
//     failpoint("outbox.after_confirm");
//
// Nothing is armed, and one relaxed load is all it costs, unless the environment says so as the process starts:
//
//     NEIGHBORHOOD_FAILPOINTS="outbox.after_confirm=kill:3;http.before_reply=delay(200)"
//
// kill      SIGKILL to the own process        exit    _exit(70), nothing is flushed
// throw     a FailpointError                  delay(milliseconds)    the thread sleeps
//
// At write.* nobody catches what is thrown: the process ends.
//
// `kill`, `exit` and `throw` act on the first hit, or with `:n` on the n-th; `delay` on every hit, or on the n-th. A
// text that cannot be read ends the process with status 2 and a message.
//
// With NEIGHBORHOOD_FAILPOINTS_FROM=<file> what is hit before that file exists neither acts nor counts, so that a test
// can say when the part begins that it is about.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string_view>

namespace chassis::base {

namespace detail {

inline constexpr auto failpoint_table = std::to_array<std::string_view>({
    "claim.after_insert",
    "claim.before_complete",
    "write.before_commit",
    "write.after_commit",
    "http.before_reply",
    "client.after_reply",
    "outbox.before_publish",
    "outbox.after_confirm",
    "inbox.after_store",
    "inbox.before_commit",
    "inbox.after_commit",
    "inbox.before_acknowledge",
    "job.before_run",
    "job.after_run",
    "job.after_commit",
    "broker.after_append",
    "broker.before_deliver",
    "mail.after_send",
});

// Not constexpr on purpose: its name is what the compiler says about an unknown failpoint.
inline void this_failpoint_is_not_in_the_table() {}

inline std::atomic<bool> any_failpoint_armed{false};
void hit_failpoint(std::size_t index);

}  // namespace detail

/// What `throw` throws.
struct FailpointError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A failpoint's place in the table, found while compiling.
class Failpoint {
  public:
    consteval Failpoint(const char* name) {
        const auto found = std::ranges::find(detail::failpoint_table, std::string_view(name));
        if (found == detail::failpoint_table.end()) detail::this_failpoint_is_not_in_the_table();
        index_ = static_cast<std::size_t>(found - detail::failpoint_table.begin());
    }
    [[nodiscard]] constexpr std::size_t index() const { return index_; }

  private:
    std::size_t index_ = 0;
};

inline void failpoint(Failpoint point) {
    if (detail::any_failpoint_armed.load(std::memory_order_relaxed)) [[unlikely]]
        detail::hit_failpoint(point.index());
}

/// All of them, in the order in which a purchase passes them.
[[nodiscard]] constexpr std::span<const std::string_view> failpoint_names() { return detail::failpoint_table; }

}  // namespace chassis::base

namespace chassis {
using base::failpoint;
using base::failpoint_names;
}  // namespace chassis
