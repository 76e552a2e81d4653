// A service's own database. Closures hold SQL that reads top to bottom; they run on the database's threads, never on a
// loop.
//
//     auto database = Database::open({.url = "sqlite:data/product.db"});
//     database->migrate(product::migrations());
//
//     auto product = co_await database->read([&](Connection& db) {
//         return db.one<Product>("SELECT id, name, price_amount, price_currency FROM products WHERE id = $1", id);
//     });
//     co_await database->write([&](Transaction& tx) {
//         tx.run("UPDATE orders SET state = 'paid' WHERE id = $1", order_id);
//         tx.publish(OrderPaid{order_id});
//     });
//
// A closure may run more than once and touches only what it captured and its result. When write() comes back the change
// is on the disk; when it throws, nothing of it is. Database errors are not caught inside: a closure that catches one
// fails all the same. A deadline (Context) removes a closure that has not started; a running one is never interrupted.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "chassis/async/workers.hpp"
#include "chassis/database/connection.hpp"
#include "chassis/database/engine.hpp"
#include "chassis/database/errors.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/database/work.hpp"

namespace chassis::database {

/// A closure that took longer than Settings::slow_after, and where it was written down.
struct SlowClosure {
    std::source_location where;
    std::chrono::microseconds took;
};

/// The default for Settings::on_slow.
void log_slow_closure(const SlowClosure& slow);

class Database {
  public:
    struct Settings {
        /// "sqlite:<path>"; what is missing of folder and file is made, for their owner only.
        std::string url{};
        /// Threads that read; one more writes.
        unsigned readers = 2;
        /// Closures that may wait; one more is refused with Overloaded.
        std::size_t waiting = 10'000;
        /// Closures that one commit may carry.
        std::size_t batch = 256;
        std::chrono::microseconds slow_after = std::chrono::milliseconds(10);
        /// Called on a database thread; the default logs a warning.
        std::function<void(const SlowClosure&)> on_slow{};
    };

    /// Throws InUse when another process owns the file, and DatabaseError when it cannot be opened.
    [[nodiscard]] static std::unique_ptr<Database> open(Settings settings);

    explicit Database(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
    /// Ends what still waits, then the threads.
    ~Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Both take a closure as it stands when it captures references and plain values. One that owns something (a string
    // by value) is a variable of the caller and only referred to: GCC 12 destroys such a temporary of a co_await twice.

    /// `co_await read(f)` calls `f(Connection&)` on a snapshot and gives its result.
    template <class F>
    auto read(F&& f, std::source_location where = std::source_location::current()) {
        static_assert(async::can_be_awaited<F>,
                      "a closure that owns something is a variable: auto f = [...]; co_await read(f)");
        return detail::Awaited<F, Connection, Engine, &Engine::submit_read>(*engine_, std::forward<F>(f), where);
    }
    /// `co_await write(f)` calls `f(Transaction&)` in a transaction and gives its result once it is durable.
    template <class F>
    auto write(F&& f, std::source_location where = std::source_location::current()) {
        static_assert(async::can_be_awaited<F>,
                      "a closure that owns something is a variable: auto f = [...]; co_await write(f)");
        return detail::Awaited<F, Transaction, Engine, &Engine::submit_write>(*engine_, std::forward<F>(f), where);
    }

    /// The same for code that may block: start-up, tools, tests. Never on a loop.
    template <class F>
    auto read_blocking(F f, std::source_location where = std::source_location::current()) {
        return detail::Blocking<F, Connection>(std::move(f), where).run(*engine_, &Engine::submit_read);
    }
    template <class F>
    auto write_blocking(F f, std::source_location where = std::source_location::current()) {
        return detail::Blocking<F, Transaction>(std::move(f), where).run(*engine_, &Engine::submit_write);
    }

    /// A registered hook; it is taken out, waiting for one under way, when this is destroyed (before the Database is).
    class [[nodiscard]] Hook {
      public:
        Hook() = default;
        Hook(Engine& engine, int number) : engine_(&engine), number_(number) {}
        Hook(Hook&& other) noexcept : engine_(std::exchange(other.engine_, nullptr)), number_(other.number_) {}
        Hook& operator=(Hook&& other) noexcept {
            std::swap(engine_, other.engine_);
            std::swap(number_, other.number_);
            return *this;
        }
        ~Hook() {
            if (engine_ != nullptr) engine_->remove_hook(number_);
        }

      private:
        Engine* engine_ = nullptr;
        int number_ = 0;
    };

    /// Runs at the end of each closure of write(), inside its transaction; throwing undoes the closure.
    Hook before_commit(Engine::BeforeCommit hook) { return {*engine_, engine_->add_before_commit(std::move(hook))}; }
    /// Runs after each durable commit, however many closures it carried, on a database thread. It must not throw.
    Hook after_commit(Engine::AfterCommit hook) { return {*engine_, engine_->add_after_commit(std::move(hook))}; }

    /// Brings the schema of `module` up to date: each migration once, in a transaction of its own, in order of name.
    /// Throws MigrationError when an earlier one was changed, is missing, or has come in between.
    void migrate(std::span<const Migration> migrations, std::string_view module = "service");

    [[nodiscard]] EngineKind engine() const { return engine_->kind(); }

  private:
    std::unique_ptr<Engine> engine_;
};

}  // namespace chassis::database

namespace chassis {
using database::Database;
}
