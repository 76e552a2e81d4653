// One SQLite connection with its cache of prepared statements. sqlite3.h stays in the .cpp files.
#pragma once

#include <exception>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chassis/database/session.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace chassis::database {

/// Ends the process when going on could lose data: a commit or a sync that failed leaves unknown what is on the disk.
[[noreturn]] void end_process(std::string_view doing, std::string_view why);

class SqliteStatement;

class SqliteSession final : public Session {
  public:
    enum class Role { reader, writer };
    enum class Control { begin, begin_immediate, commit, rollback, savepoint, rollback_to, release };

    /// Opens the file, which has to be owned (sqlite_engine.cpp), with the settings that the guarantees rest on.
    SqliteSession(const std::string& path, Role role);
    ~SqliteSession() override;

    [[nodiscard]] EngineKind engine() const override { return EngineKind::sqlite; }
    Rows& start(std::string_view sql, std::span<const Value> arguments) override;
    void run_script(std::string_view sql) override;
    void prepare(std::string_view sql) override;

    /// Runs one of the engine's own statements; SQLite's result code, 0 when it went well.
    int control(Control which);
    /// Throws what a failed control() means.
    [[noreturn]] void throw_error(int code, std::string_view sql);

    /// From here to leave_closure() statements come from a closure: no transaction control, PRAGMA or ATTACH.
    void enter_closure();
    /// Resets every statement; gives the first database error that happened, whether or not the closure passed it on.
    std::exception_ptr leave_closure();

    /// False when SQLite itself has ended the transaction underneath.
    [[nodiscard]] bool in_transaction() const;
    /// True when a deferred foreign key is broken at this moment: COMMIT would fail.
    [[nodiscard]] bool has_broken_foreign_keys() const;

    /// Copies committed pages from the write-ahead log into the file when the log has grown, `all`: at any length and
    /// empties it. Ends the process when the disk fails.
    void checkpoint(bool all);

  private:
    friend class SqliteStatement;
    [[noreturn]] void fail(int code, std::string_view sql);
    void setting(const char* sql, std::string_view expected = {});
    sqlite3_stmt* compile(std::string_view sql, const char** rest, unsigned flags);
    SqliteStatement& cached(std::string_view sql);
    static int authorize(void* self, int action, const char*, const char*, const char*, const char*);

    sqlite3* db_ = nullptr;
    Role role_;
    bool in_closure_ = false;
    std::string refused_;
    std::exception_ptr failure_;
    int log_pages_ = 0;
    sqlite3_stmt* controls_[7] = {};
    // Least recently used last.
    std::list<SqliteStatement> statements_;
    std::unordered_map<std::string_view, std::list<SqliteStatement>::iterator> by_text_;
};

}  // namespace chassis::database
