// The embedded engine: one thread writes and commits for many at once, others read snapshots.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "chassis/database/database.hpp"
#include "chassis/database/sqlite_session.hpp"
#include "chassis/database/work_queue.hpp"

namespace chassis::database {

/// The right to open a SQLite file, held by one process (and one engine in it) through a lock on "<path>.lock".
class FileOwnership {
  public:
    /// Makes the folder when it is missing; throws InUse with the owner's process id.
    explicit FileOwnership(const std::string& path);
    ~FileOwnership();
    FileOwnership(const FileOwnership&) = delete;
    FileOwnership& operator=(const FileOwnership&) = delete;

  private:
    int file_ = -1;
};

class SqliteEngine final : public Engine {
  public:
    SqliteEngine(const std::string& path, Database::Settings settings);
    ~SqliteEngine() override;

    [[nodiscard]] EngineKind kind() const override { return EngineKind::sqlite; }
    void submit_read(Work& work) override { reads_.put(work); }
    void submit_write(Work& work) override { writes_.put(work); }
    int add_before_commit(BeforeCommit hook) override;
    int add_after_commit(AfterCommit hook) override;
    void remove_hook(int number) noexcept override;

  private:
    // What became of a closure in its savepoint; `lost`: the transaction around it is gone, with all that it held.
    enum class Ran { in_batch, lost };

    void write_loop();
    void read_loop(SqliteSession& session);
    void commit_together(Work& first);
    void commit_alone(Work& work);
    Ran run_in_savepoint(Work& work);
    void run_closure(Work& work);
    /// SQLite's code; ends the process when it is not known what the disk holds.
    int commit();
    void roll_back();
    void finish(std::vector<Work*>& ended);
    void report_if_slow(const Work& work, std::chrono::steady_clock::duration took);

    template <class F>
    struct Numbered {
        int number;
        F hook;
    };

    const Database::Settings settings_;
    FileOwnership ownership_;
    SqliteSession writer_;
    std::vector<std::unique_ptr<SqliteSession>> reader_sessions_;
    WorkQueue writes_;
    WorkQueue reads_;
    std::vector<Work*> batch_;
    std::vector<async::Suspension*> ready_;

    std::mutex hooks_mutex_;
    int next_hook_ = 1;
    std::vector<Numbered<BeforeCommit>> before_commit_;
    std::vector<Numbered<AfterCommit>> after_commit_;

    std::vector<std::thread> threads_;
};

}  // namespace chassis::database
