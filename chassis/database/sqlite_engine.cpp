#include "chassis/database/sqlite_engine.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "chassis/base/failpoint.hpp"
#include "chassis/base/file.hpp"

namespace chassis::database {

using Clock = std::chrono::steady_clock;
using Control = SqliteSession::Control;

FileOwnership::FileOwnership(const std::string& path) {
    base::make_private_folders(std::filesystem::path(path).parent_path());
    std::string name = path + ".lock";
    file_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0) throw DatabaseError("cannot open " + name + ": " + std::strerror(errno));
    char text[32] = {};
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        auto length = ::pread(file_, text, sizeof text - 1, 0);
        ::close(file_);
        throw InUse("the database " + path + " is open in process " +
                    (length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string("?")) +
                    "; a SQLite file belongs to one process at a time");
    }
    // For the owner only, and so the files beside it: SQLite gives them the database's own permissions.
    const int database = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (database >= 0) ::close(database);
    std::string own = std::to_string(::getpid());
    // Only for the message above: without it the lock holds all the same.
    if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, own.data(), own.size(), 0) < 0) return;
}

FileOwnership::~FileOwnership() { ::close(file_); }

SqliteEngine::SqliteEngine(const std::string& path, Database::Settings settings)
    : settings_(std::move(settings)),
      ownership_(path),
      writer_(path, SqliteSession::Role::writer),
      writes_(settings_.waiting),
      reads_(settings_.waiting) {
    // A process that died between writing its log and syncing it leaves a log that reads well and may not be on the
    // disk. Copied into the file and synced now, everything that the first reader sees is durable.
    writer_.checkpoint(true);
    for (unsigned i = 0; i < settings_.readers; ++i) {
        reader_sessions_.push_back(std::make_unique<SqliteSession>(path, SqliteSession::Role::reader));
    }
    threads_.emplace_back([this] { write_loop(); });
    for (auto& session : reader_sessions_) threads_.emplace_back([this, &session] { read_loop(*session); });
}

SqliteEngine::~SqliteEngine() {
    reads_.close();
    writes_.close();
    for (auto& thread : threads_) thread.join();
}

int SqliteEngine::add_before_commit(BeforeCommit hook) {
    std::lock_guard lock(hooks_mutex_);
    before_commit_.push_back({next_hook_, std::move(hook)});
    return next_hook_++;
}

int SqliteEngine::add_after_commit(AfterCommit hook) {
    std::lock_guard lock(hooks_mutex_);
    after_commit_.push_back({next_hook_, std::move(hook)});
    return next_hook_++;
}

void SqliteEngine::remove_hook(int number) noexcept {
    std::lock_guard lock(hooks_mutex_);
    std::erase_if(before_commit_, [&](auto& hook) { return hook.number == number; });
    std::erase_if(after_commit_, [&](auto& hook) { return hook.number == number; });
}

void SqliteEngine::write_loop() {
    while (Work* first = writes_.take()) {
        commit_together(*first);
        writer_.checkpoint(false);
    }
}

void SqliteEngine::commit_together(Work& first) {
    batch_.clear();
    if (int code = writer_.control(Control::begin_immediate); code != SQLITE_OK) {
        try {
            writer_.throw_error(code, "BEGIN IMMEDIATE");
        } catch (...) {
            first.error = std::current_exception();
        }
        batch_.push_back(&first);
        finish(batch_);
        return;
    }
    bool intact = true;
    Work* work = &first;
    while (work != nullptr) {
        batch_.push_back(work);
        intact = run_in_savepoint(*work) == Ran::in_batch;
        work = intact && batch_.size() < settings_.batch ? writes_.try_take() : nullptr;
    }
    if (intact && commit() == SQLITE_OK) {
        finish(batch_);
        return;
    }
    // Also those that failed run again: what they saw of the others never happened.
    roll_back();
    auto again = std::exchange(batch_, {});
    for (Work* failed : again) {
        failed->error = nullptr;
        commit_alone(*failed);
    }
    batch_ = std::move(again);
}

SqliteEngine::Ran SqliteEngine::run_in_savepoint(Work& work) {
    if (writer_.control(Control::savepoint) != SQLITE_OK) return Ran::lost;
    run_closure(work);
    if (!writer_.in_transaction()) return Ran::lost;
    if (work.error && writer_.control(Control::rollback_to) != SQLITE_OK) return Ran::lost;
    return writer_.control(Control::release) == SQLITE_OK ? Ran::in_batch : Ran::lost;
}

void SqliteEngine::commit_alone(Work& work) {
    int code = writer_.control(Control::begin_immediate);
    if (code == SQLITE_OK) {
        run_closure(work);
        if (!work.error && !writer_.in_transaction()) {
            work.error = std::make_exception_ptr(DatabaseError("SQLite ended the transaction underneath the closure"));
        }
        if (!work.error) code = commit();
    }
    if (code != SQLITE_OK) {
        try {
            writer_.throw_error(code, "COMMIT");
        } catch (...) {
            work.error = std::current_exception();
        }
    }
    roll_back();
    std::vector<Work*> one{&work};
    finish(one);
}

void SqliteEngine::run_closure(Work& work) {
    auto started = Clock::now();
    {
        Transaction transaction(writer_);
        async::Context::Scope scope(work.context);
        writer_.enter_closure();
        try {
            work.call(transaction);
            std::lock_guard lock(hooks_mutex_);
            for (auto& [number, hook] : before_commit_) hook(transaction);
            transaction.check_states();
        } catch (...) {
            work.error = std::current_exception();
        }
    }
    std::exception_ptr swallowed = writer_.leave_closure();
    if (!work.error) work.error = swallowed;
    if (!work.error && writer_.has_broken_foreign_keys()) {
        work.error = std::make_exception_ptr(ConstraintError(
            ConstraintError::Kind::foreign_key, "a deferred foreign key is broken at the end of the closure"));
    }
    report_if_slow(work, Clock::now() - started);
}

int SqliteEngine::commit() {
    base::failpoint("write.before_commit");
    int code = writer_.control(Control::commit);
    int kind = code & 0xff;
    if (kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) {
        end_process("committing", sqlite3_errstr(code));
    }
    if (code != SQLITE_OK) return code;
    base::failpoint("write.after_commit");
    std::lock_guard lock(hooks_mutex_);
    for (auto& [number, hook] : after_commit_) hook();
    return code;
}

void SqliteEngine::roll_back() {
    if (!writer_.in_transaction()) return;
    if (int code = writer_.control(Control::rollback); code != SQLITE_OK && writer_.in_transaction()) {
        end_process("rolling back", sqlite3_errstr(code));
    }
}

void SqliteEngine::finish(std::vector<Work*>& ended) {
    ready_.clear();
    for (Work* work : ended) {
        if (work->suspension != nullptr) {
            ready_.push_back(work->suspension);
        } else {
            work->done();
        }
    }
    async::Loop::post_all(ready_);
    ended.clear();
}

void SqliteEngine::read_loop(SqliteSession& session) {
    while (Work* work = reads_.take()) {
        auto started = Clock::now();
        if (int code = session.control(Control::begin); code != SQLITE_OK) {
            try {
                session.throw_error(code, "BEGIN");
            } catch (...) {
                work->error = std::current_exception();
            }
        } else {
            {
                Connection connection(session);
                async::Context::Scope scope(work->context);
                session.enter_closure();
                try {
                    work->call(connection);
                } catch (...) {
                    work->error = std::current_exception();
                }
            }
            std::exception_ptr swallowed = session.leave_closure();
            if (!work->error) work->error = swallowed;
            if (session.in_transaction() && session.control(Control::commit) != SQLITE_OK) {
                session.control(Control::rollback);
            }
        }
        report_if_slow(*work, Clock::now() - started);
        work->done();
    }
}

void SqliteEngine::report_if_slow(const Work& work, Clock::duration took) {
    if (took < settings_.slow_after) return;
    settings_.on_slow({work.where, std::chrono::duration_cast<std::chrono::microseconds>(took)});
}

}  // namespace chassis::database
