// Work outside of transactions: stored with the transaction that wants it, run at least once, settled in a second one.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/async/signal.hpp"
#include "chassis/async/task_group.hpp"
#include "chassis/database/database.hpp"
#include "chassis/messaging/publish.hpp"
#include "chassis/messaging/settings.hpp"

namespace chassis::messaging {

/// Which run of a job this is.
struct JobRun {
    std::string id;
    /// 1 for the first run. Above 1 an earlier run began, and may have done everything but settle; also after a
    /// redrive.
    int number = 1;
};

/// How one type of job is done.
struct JobHandler {
    using Settle = std::move_only_function<void(database::Transaction&)>;

    std::string type;
    int attempts = 0;
    /// Does the work; what it gives stores the outcome and may be called again after a rollback.
    std::move_only_function<async::Task<Settle>(std::string arguments, JobRun run)> run;
};

class Jobs {
  public:
    Jobs(database::Database& database, const base::Clock& clock, const Settings& settings);

    /// Before run(); a type has one handler. The reference stays valid.
    JobHandler& add(JobHandler handler);

    /// Inside the transaction that enqueues.
    void store(database::Transaction& tx, std::span<const OutgoingJob> jobs);
    /// After each durable commit, on any thread.
    void committed() noexcept;
    /// Something may be due. On any thread.
    void wake() noexcept { bell_.notify(); }

    /// Runs what is due, until stop() and until what runs has ended. Of one type and key one job at a time, in order of
    /// the times they were due.
    async::Task<> run();
    void stop() noexcept;

  private:
    struct Claimed {
        std::string id;
        std::string type;
        std::string arguments;
        std::string trace;
        int attempts;
        int runs;
    };

    async::Task<> recover();
    async::Task<std::vector<std::string>> due_heads(base::Time now, std::size_t most);
    async::Task<std::optional<base::Time>> next_after(base::Time now);
    async::Task<std::vector<Claimed>> claim(std::vector<std::string> ids);
    async::Task<> work(Claimed job);
    async::Task<std::exception_ptr> attempt(const Claimed& job, JobHandler& handler);
    async::Task<std::exception_ptr> settle(const Claimed& job, JobHandler::Settle& store_outcome);
    async::Task<> put_back(const Claimed& job, std::exception_ptr error, int most_attempts);

    database::Database& database_;
    const base::Clock& clock_;
    const Settings& settings_;
    // This process among those that may have run before.
    const std::string owner_;
    std::map<std::string, std::unique_ptr<JobHandler>, std::less<>> handlers_;
    async::Signal bell_;
    async::TaskGroup running_;
    std::atomic<bool> stored_ = false;
    std::atomic<bool> stopping_ = false;
};

}  // namespace chassis::messaging
