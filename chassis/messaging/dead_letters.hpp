// Events and jobs that did not succeed: listed with what waits behind them, redriven, or skipped with a reason.
//
//     for (const DeadLetter& letter : co_await letters.list(100)) ...
//     co_await letters.redrive(letter.id, "ops@example.com");
//     co_await letters.skip(letter.id, "the customer took it back", "ops@example.com");
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chassis/async/task.hpp"
#include "chassis/database/database.hpp"
#include "chassis/messaging/settings.hpp"

namespace chassis::messaging {

/// An event of the same key that waits until the dead letter is redriven or skipped.
struct Waiting {
    std::string id;
    std::string type;
    Time received_at;
};

struct DeadLetter {
    /// "event:<consumer>:<event id>" or "job:<job id>".
    std::string id;
    /// The consumer's name, or "job".
    std::string consumer;
    std::string type;
    std::string key;
    /// The CloudEvent, or the job's arguments.
    std::string body;
    std::string error;
    int attempts;
    /// The traceparent of whoever published it; empty when there was none.
    std::string trace;
    Time dead_at;
    std::vector<Waiting> waiting;
    /// Where the list goes on after this one, though it may be gone by then.
    std::string cursor;
};

class DeadLetters {
  public:
    /// `wake` is called when a letter may go on.
    DeadLetters(database::Database& database, const base::Clock& clock, const Settings& settings,
                std::function<void()> wake)
        : database_(database), clock_(clock), settings_(settings), wake_(std::move(wake)) {}

    /// The oldest first, at most `most`, after the one whose cursor is `after` (empty: from the beginning). Throws
    /// std::invalid_argument for what is no cursor.
    async::Task<std::vector<DeadLetter>> list(int most = 100, std::string after = {});
    async::Task<std::optional<DeadLetter>> find(std::string id);

    /// Tries it again from the first attempt, then what waits behind it. False when there is no such dead letter;
    /// throws Permanent when it is too old: the inboxes behind it may have forgotten what it would send again.
    async::Task<bool> redrive(std::string id, std::string who);
    /// All that are young enough; how many. Some at a time, so that nobody waits long for the writer.
    async::Task<int> redrive_all(std::string who);
    /// Gives it up, with a line in chassis_audit; what waits behind it goes on. False when there is no such dead
    /// letter.
    async::Task<bool> skip(std::string id, std::string reason, std::string who);

  private:
    base::Time oldest_redrivable() const;
    async::Task<std::size_t> redrive_while_any(const char* sql, const std::string& who);

    database::Database& database_;
    const base::Clock& clock_;
    const Settings& settings_;
    const std::function<void()> wake_;
};

}  // namespace chassis::messaging

namespace chassis {
using messaging::DeadLetter;
}
