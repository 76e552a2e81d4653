// What Database asks of SQLite and of PostgreSQL alike.
#pragma once

#include <functional>

#include "chassis/database/work.hpp"

namespace chassis::database {

class Engine {
  public:
    virtual ~Engine() = default;
    [[nodiscard]] virtual EngineKind kind() const = 0;

    /// Both take the work at once and end it later on a thread of their own; when it cannot be taken (too much waits)
    /// they end it here with an error.
    virtual void submit_read(Work& work) = 0;
    virtual void submit_write(Work& work) = 0;

    using BeforeCommit = std::move_only_function<void(Transaction&)>;
    using AfterCommit = std::move_only_function<void()>;
    /// Each gives a number for remove_hook(), which waits for a hook under way.
    virtual int add_before_commit(BeforeCommit hook) = 0;
    virtual int add_after_commit(AfterCommit hook) = 0;
    virtual void remove_hook(int number) noexcept = 0;
};

}  // namespace chassis::database
