#include "chassis/database/sqlite_session.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>
#include <vector>

#include "chassis/base/json_text.hpp"
#include "chassis/database/sql_text.hpp"

namespace chassis::database {
namespace {

constexpr std::size_t cached_statements = 256;
constexpr int checkpoint_pages = 1000;
constexpr std::array control_texts{
    "BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT closure", "ROLLBACK TO closure", "RELEASE closure"};

// A column's content stays valid until the statement moves on.
std::string_view column_text(sqlite3_stmt* statement, int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

ConstraintError::Kind kind_of(int code) {
    using enum ConstraintError::Kind;
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return unique;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return foreign_key;
        case SQLITE_CONSTRAINT_NOTNULL:
            return not_null;
        case SQLITE_CONSTRAINT_CHECK:
            return check;
        default:
            return other;
    }
}

bool sync_failed(int code) { return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC; }

}  // namespace

void end_process(std::string_view doing, std::string_view why) {
    const std::string message = "the disk failed while " + std::string(doing) + " (" + std::string(why) +
                                "); what is stored is not known any more, so the process ends";
    std::fprintf(stderr, "{\"level\":\"fatal\",\"message\":%s}\n", base::json_string(message).c_str());
    std::_Exit(74);  // EX_IOERR
}

// A prepared statement and, while it runs, its rows.
class SqliteStatement final : public Rows {
  public:
    SqliteStatement(SqliteSession& session, std::string_view sql) : session_(session), sql_(sql) {
        const char* rest = nullptr;
        statement_ = session.compile(sql_, &rest, SQLITE_PREPARE_PERSISTENT);
        try {
            if (!only_space(std::string_view(rest, sql_.data() + sql_.size()))) {
                throw DatabaseError("one statement at a time: " + sql_);
            }
            number_placeholders();
        } catch (...) {
            sqlite3_finalize(statement_);
            throw;
        }
    }
    ~SqliteStatement() { sqlite3_finalize(statement_); }
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    [[nodiscard]] std::string_view sql() const override { return sql_; }
    [[nodiscard]] bool read_only() const { return sqlite3_stmt_readonly(statement_) != 0; }

    void bind(std::span<const Value> arguments) {
        if (arguments.size() != highest_) {
            throw DatabaseError("the statement has $1 to $" + std::to_string(highest_) + " and got " +
                                std::to_string(arguments.size()) + " arguments: " + sql_);
        }
        if (sqlite3_stmt_busy(statement_) != 0) throw DatabaseError("the statement is running already: " + sql_);
        for (std::size_t index = 0; index < numbers_.size(); ++index) {
            int code = bind(static_cast<int>(index) + 1, arguments[numbers_[index] - 1]);
            if (code != SQLITE_OK) session_.fail(code, sql_);
        }
    }

    bool next() override {
        int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) session_.fail(code, sql_);
        changed_ = sqlite3_changes64(session_.db_);
        return false;
    }
    [[nodiscard]] std::int64_t changed() const override { return changed_; }
    void finish() noexcept override {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

    [[nodiscard]] int columns() const override { return sqlite3_column_count(statement_); }
    [[nodiscard]] std::string_view name(int column) const override { return sqlite3_column_name(statement_, column); }
    [[nodiscard]] bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override {
        if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) wrong_type(column, "an integer");
        return sqlite3_column_int64(statement_, column);
    }
    [[nodiscard]] double real(int column) const override {
        int type = sqlite3_column_type(statement_, column);
        if (type != SQLITE_FLOAT && type != SQLITE_INTEGER) wrong_type(column, "a number");
        return sqlite3_column_double(statement_, column);
    }
    [[nodiscard]] std::string_view text(int column) const override {
        if (sqlite3_column_type(statement_, column) != SQLITE_TEXT) wrong_type(column, "text");
        return column_text(statement_, column);
    }

  private:
    // SQLite numbers placeholders by appearance; `$n` means argument n wherever it stands.
    void number_placeholders() {
        int count = sqlite3_bind_parameter_count(statement_);
        std::vector<bool> used;
        for (int index = 1; index <= count; ++index) {
            const char* name = sqlite3_bind_parameter_name(statement_, index);
            std::string_view text = name == nullptr ? "?" : name;
            std::size_t number = 0;
            if (text[0] == '$') std::from_chars(text.data() + 1, text.data() + text.size(), number);
            if (number == 0 || number > 999 || "$" + std::to_string(number) != text) {
                throw DatabaseError("placeholders are $1, $2, ...; not " + std::string(text) + ": " + sql_);
            }
            numbers_.push_back(number);
            if (used.size() < number) used.resize(number);
            used[number - 1] = true;
        }
        highest_ = used.size();
        for (std::size_t number = 1; number <= used.size(); ++number) {
            if (!used[number - 1]) throw DatabaseError("$" + std::to_string(number) + " is not used: " + sql_);
        }
    }

    int bind(int index, const Value& value) {
        return std::visit(
            [&](const auto& given) {
                using Given = std::remove_cvref_t<decltype(given)>;
                if constexpr (std::is_same_v<Given, std::nullptr_t>) {
                    return sqlite3_bind_null(statement_, index);
                } else if constexpr (std::is_same_v<Given, double>) {
                    return sqlite3_bind_double(statement_, index, given);
                } else if constexpr (std::is_same_v<Given, List>) {
                    return bind_text(index, given.json);
                } else if constexpr (std::is_same_v<Given, bool> || std::is_same_v<Given, std::int64_t>) {
                    return sqlite3_bind_int64(statement_, index, given);
                } else {
                    return bind_text(index, given);
                }
            },
            value);
    }
    // Not copied: the arguments outlive finish(). A null pointer would bind NULL.
    int bind_text(int index, std::string_view text) {
        return sqlite3_bind_text64(statement_, index, text.data() == nullptr ? "" : text.data(), text.size(),
                                   SQLITE_STATIC, SQLITE_UTF8);
    }

    [[noreturn]] void wrong_type(int column, std::string_view wanted) const {
        static constexpr std::array names{"?", "an integer", "a real number", "text", "a blob", "NULL"};
        throw DatabaseError("column '" + std::string(name(column)) + "' holds " +
                            names[static_cast<std::size_t>(sqlite3_column_type(statement_, column))] + ", not " +
                            std::string(wanted) + ": " + sql_);
    }

    SqliteSession& session_;
    std::string sql_;
    sqlite3_stmt* statement_ = nullptr;
    std::vector<std::size_t> numbers_;
    std::size_t highest_ = 0;
    std::int64_t changed_ = 0;
};

SqliteSession::SqliteSession(const std::string& path, Role role) : role_(role) {
    int code = sqlite3_open_v2(path.c_str(), &db_,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                               nullptr);
    try {
        if (code != SQLITE_OK) {
            throw DatabaseError("cannot open the database " + path + ": " +
                                (db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_)));
        }
        sqlite3_busy_timeout(db_, 5000);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
        setting("PRAGMA journal_mode = WAL", "wal");
        setting("PRAGMA synchronous = FULL");
        setting("PRAGMA synchronous", "2");
        setting("PRAGMA foreign_keys = ON");
        setting("PRAGMA foreign_keys", "1");
        setting("PRAGMA journal_size_limit = 16777216", "16777216");
        if (role == Role::reader) setting("PRAGMA query_only = ON");
        // The engine copies the log itself, after it has answered those who wait for the commit.
        sqlite3_wal_autocheckpoint(db_, 0);
        sqlite3_wal_hook(
            db_,
            [](void* self, sqlite3*, const char*, int pages) {
                static_cast<SqliteSession*>(self)->log_pages_ = pages;
                return SQLITE_OK;
            },
            this);
        for (std::size_t i = 0; i < control_texts.size(); ++i) {
            controls_[i] = compile(control_texts[i], nullptr, SQLITE_PREPARE_PERSISTENT);
        }
        sqlite3_set_authorizer(db_, &SqliteSession::authorize, this);
    } catch (...) {
        for (auto* statement : controls_) sqlite3_finalize(statement);
        sqlite3_close(db_);
        throw;
    }
}

SqliteSession::~SqliteSession() {
    statements_.clear();
    for (auto* statement : controls_) sqlite3_finalize(statement);
    sqlite3_close(db_);
}

void SqliteSession::setting(const char* sql, std::string_view expected) {
    sqlite3_stmt* statement = compile(sql, nullptr, 0);
    int code = sqlite3_step(statement);
    std::string got = code == SQLITE_ROW ? std::string(column_text(statement, 0)) : "";
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw_error(code, sql);
    if (!expected.empty() && got != expected) {
        throw DatabaseError(std::string(sql) + " gave '" + got + "' instead of '" + std::string(expected) + "'");
    }
}

int SqliteSession::authorize(void* self, int action, const char* first, const char*, const char*, const char*) {
    auto& session = *static_cast<SqliteSession*>(self);
    if (!session.in_closure_) return SQLITE_OK;
    switch (action) {
        case SQLITE_TRANSACTION:
        case SQLITE_SAVEPOINT:
            session.refused_ = first == nullptr ? "transaction control" : first;
            break;
        case SQLITE_PRAGMA:
            session.refused_ = "PRAGMA";
            break;
        case SQLITE_ATTACH:
            session.refused_ = "ATTACH";
            break;
        case SQLITE_DETACH:
            session.refused_ = "DETACH";
            break;
        default:
            return SQLITE_OK;
    }
    return SQLITE_DENY;
}

sqlite3_stmt* SqliteSession::compile(std::string_view sql, const char** rest, unsigned flags) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), flags, &statement, rest);
    if (code != SQLITE_OK) fail(code, sql);
    if (statement == nullptr) fail(SQLITE_MISUSE, "an empty statement");
    return statement;
}

void SqliteSession::throw_error(int code, std::string_view sql) {
    std::string message = std::string(sqlite3_errmsg(db_)) + ": " + std::string(sql);
    if (sync_failed(code)) end_process(sql, sqlite3_errstr(code));
    if (code == SQLITE_AUTH) throw RefusedStatement("a closure may not say " + refused_ + ": " + std::string(sql));
    if ((code & 0xff) == SQLITE_CONSTRAINT) throw ConstraintError(kind_of(code), message);
    if ((code & 0xff) == SQLITE_FULL) throw DiskFull(message);
    throw DatabaseError(message);
}

void SqliteSession::fail(int code, std::string_view sql) {
    try {
        throw_error(code, sql);
    } catch (...) {
        if (in_closure_ && !failure_) failure_ = std::current_exception();
        throw;
    }
}

SqliteStatement& SqliteSession::cached(std::string_view sql) {
    if (auto found = by_text_.find(sql); found != by_text_.end()) {
        statements_.splice(statements_.begin(), statements_, found->second);
        return statements_.front();
    }
    // ROLLBACK as a conflict clause ends the whole transaction, and the authorizer does not hear of it.
    if (has_word(sql, "ROLLBACK")) throw RefusedStatement("a closure may not say ROLLBACK: " + std::string(sql));
    statements_.emplace_front(*this, sql);
    SqliteStatement& made = statements_.front();
    if (role_ == Role::reader && !made.read_only()) {
        statements_.pop_front();
        throw RefusedStatement("read() may not change data, use write(): " + std::string(sql));
    }
    by_text_.emplace(made.sql(), statements_.begin());
    if (statements_.size() > cached_statements) {
        by_text_.erase(statements_.back().sql());
        statements_.pop_back();
    }
    return made;
}

Rows& SqliteSession::start(std::string_view sql, std::span<const Value> arguments) {
    try {
        bool has_list = false;
        for (const Value& value : arguments) has_list |= std::holds_alternative<List>(value);
        SqliteStatement& statement = cached(has_list ? std::string_view(expand_lists(sql, arguments)) : sql);
        statement.bind(arguments);
        return statement;
    } catch (...) {
        if (in_closure_ && !failure_) failure_ = std::current_exception();
        throw;
    }
}

void SqliteSession::run_script(std::string_view sql) {
    if (has_word(sql, "ROLLBACK")) throw RefusedStatement("a migration may not say ROLLBACK: " + std::string(sql));
    while (!only_space(sql)) {
        const char* rest = nullptr;
        sqlite3_stmt* statement = compile(sql, &rest, 0);
        int code = SQLITE_ROW;
        while (code == SQLITE_ROW) code = sqlite3_step(statement);
        const auto text = sql.substr(0, static_cast<std::size_t>(rest - sql.data()));
        if (code != SQLITE_DONE) {
            std::exception_ptr error;
            try {
                fail(code, text);
            } catch (...) {
                error = std::current_exception();
            }
            sqlite3_finalize(statement);
            std::rethrow_exception(error);
        }
        sqlite3_finalize(statement);
        sql.remove_prefix(text.size());
    }
}

void SqliteSession::prepare(std::string_view sql) { cached(sql); }

int SqliteSession::control(Control which) {
    sqlite3_stmt* statement = controls_[static_cast<std::size_t>(which)];
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

void SqliteSession::enter_closure() {
    failure_ = nullptr;
    in_closure_ = true;
}

std::exception_ptr SqliteSession::leave_closure() {
    in_closure_ = false;
    for (auto* statement = sqlite3_next_stmt(db_, nullptr); statement != nullptr;
         statement = sqlite3_next_stmt(db_, statement)) {
        if (sqlite3_stmt_busy(statement) != 0) sqlite3_reset(statement);
    }
    return std::exchange(failure_, nullptr);
}

bool SqliteSession::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

bool SqliteSession::has_broken_foreign_keys() const {
    int broken = 0;
    int unused = 0;
    sqlite3_db_status(db_, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &unused, 0);
    return broken != 0;
}

void SqliteSession::checkpoint(bool all) {
    if (!all && log_pages_ < checkpoint_pages) return;
    log_pages_ = 0;
    int code = sqlite3_wal_checkpoint_v2(db_, "main", all ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
                                         nullptr, nullptr);
    if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CORRUPT) {
        end_process("copying the write-ahead log", sqlite3_errstr(code));
    }
    // Full or busy: the log keeps what it holds, and the next commit tries again.
}

}  // namespace chassis::database
