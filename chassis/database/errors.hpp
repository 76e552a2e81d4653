// What a database may throw. Each ends the closure and the transaction that it happened in.
//
//     try { co_await database.write(reserve); } catch (const database::DiskFull&) { throw HttpError{507, "..."}; }
#pragma once

#include <stdexcept>
#include <string>

namespace chassis::database {

/// Any failure of a statement, a transaction or the file; the message names the statement.
struct DatabaseError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A UNIQUE, FOREIGN KEY, NOT NULL or CHECK constraint refused a change. Expected conflicts use ON CONFLICT instead.
struct ConstraintError : DatabaseError {
    enum class Kind { unique, foreign_key, not_null, check, other };
    ConstraintError(Kind kind, const std::string& message) : DatabaseError(message), kind(kind) {}
    Kind kind;
};

/// No room for the change. Nothing of it happened; it may be tried again when there is room.
struct DiskFull : DatabaseError {
    using DatabaseError::DatabaseError;
};

/// The deadline passed, or the caller was cancelled, before the closure had started. Nothing of it happened.
struct NotStarted : DatabaseError {
    using DatabaseError::DatabaseError;
};

/// Too many closures wait already. Nothing of this one happened.
struct Overloaded : DatabaseError {
    using DatabaseError::DatabaseError;
};

/// The file belongs to another process.
struct InUse : DatabaseError {
    using DatabaseError::DatabaseError;
};

/// A closure said what only the engine may say (BEGIN, PRAGMA, ATTACH, ROLLBACK...), or changed data inside read().
struct RefusedStatement : DatabaseError {
    using DatabaseError::DatabaseError;
};

/// The recorded migrations and those of this program do not fit together.
struct MigrationError : DatabaseError {
    using DatabaseError::DatabaseError;
};

}  // namespace chassis::database
