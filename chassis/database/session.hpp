// What an engine offers to a closure: run one statement, read its rows. Connection and Transaction are written on it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "chassis/database/query.hpp"
#include "chassis/database/value.hpp"

namespace chassis::database {

/// The rows of a running statement, one at a time. Text is valid until next() or finish().
class Rows {
  public:
    /// Moves to the next row; false when there is none. Throws a DatabaseError.
    virtual bool next() = 0;
    /// Rows changed by an INSERT, UPDATE or DELETE that has run to its end.
    [[nodiscard]] virtual std::int64_t changed() const = 0;
    /// Ends the statement; it may be started again. Never throws.
    virtual void finish() noexcept = 0;

    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual std::string_view name(int column) const = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    /// These throw a DatabaseError when the column holds something else.
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual double real(int column) const = 0;
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
    /// The statement, for messages.
    [[nodiscard]] virtual std::string_view sql() const = 0;

  protected:
    ~Rows() = default;
};

/// One connection of an engine, used by one thread at a time.
class Session {
  public:
    virtual ~Session() = default;
    [[nodiscard]] virtual EngineKind engine() const = 0;
    /// Binds `$n` to arguments[n - 1] and starts; the arguments outlive finish().
    virtual Rows& start(std::string_view sql, std::span<const Value> arguments) = 0;
    /// Runs several statements without parameters: a migration.
    virtual void run_script(std::string_view sql) = 0;
    /// Prepares a statement without running it; throws when it does not compile.
    virtual void prepare(std::string_view sql) = 0;
};

}  // namespace chassis::database
