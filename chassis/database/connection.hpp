// What a closure gets: Connection reads, Transaction also changes.
//
//     auto product = db.one<Product>("SELECT id, name FROM products WHERE id = $1", id);      // std::optional<Product>
//     auto names = db.all<std::string>("SELECT name FROM products ORDER BY id LIMIT $1", 20);
//     if (tx.run("UPDATE products SET stock = stock - $2 WHERE id = $1 AND stock >= $2", id, n) == 0) ...
//
// Rows become structs by name (rows.hpp). Every `$n` is given by its number and every argument has to be used.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "chassis/database/rows.hpp"
#include "chassis/database/session.hpp"

namespace chassis::database {

namespace detail {
// Ends the statement whatever happens while its rows are read.
class Running {
  public:
    explicit Running(Rows& rows) : rows_(rows) {}
    ~Running() { rows_.finish(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Rows* operator->() { return &rows_; }
    Rows& operator*() { return rows_; }

  private:
    Rows& rows_;
};

[[noreturn]] void refuse_second_row(const Rows& rows);
}  // namespace detail

class Connection {
  public:
    explicit Connection(Session& session) : session_(session) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The only row, or nothing; two rows are a DatabaseError.
    template <class T, class... Arguments>
    std::optional<T> one(Query query, const Arguments&... arguments) {
        std::array<Value, sizeof...(Arguments)> values{to_value(arguments)...};
        detail::Running rows(session_.start(query.text(session_.engine()), values));
        if (!rows->next()) return std::nullopt;
        std::optional<T> found(RowReader<T>(*rows).read(*rows));
        if (rows->next()) detail::refuse_second_row(*rows);
        return found;
    }

    /// Every row, in the statement's order.
    template <class T, class... Arguments>
    std::vector<T> all(Query query, const Arguments&... arguments) {
        std::array<Value, sizeof...(Arguments)> values{to_value(arguments)...};
        detail::Running rows(session_.start(query.text(session_.engine()), values));
        std::vector<T> found;
        if (!rows->next()) return found;
        RowReader<T> reader(*rows);
        do {
            found.push_back(reader.read(*rows));
        } while (rows->next());
        return found;
    }

    /// Compiles the statement and throws when it does not fit the schema; nothing runs. For tests over a service's SQL.
    void prepare(Query query) { session_.prepare(query.text(session_.engine())); }

    [[nodiscard]] EngineKind engine() const { return session_.engine(); }

  protected:
    Session& session_;
};

class Transaction : public Connection {
  public:
    using Connection::Connection;

    /// Runs a change and says how many rows it changed.
    template <class... Arguments>
    std::int64_t run(Query query, const Arguments&... arguments) {
        std::array<Value, sizeof...(Arguments)> values{to_value(arguments)...};
        detail::Running rows(session_.start(query.text(session_.engine()), values));
        while (rows->next()) {
        }
        return rows->changed();
    }

    /// Several statements without parameters, as a migration holds them.
    void run_script(std::string_view sql) { session_.run_script(sql); }

    /// Sends an event when, and only when, this transaction commits. Defined in chassis/messaging/publish.hpp.
    template <class Event>
    void publish(const Event& event);
    /// Starts a job after the commit; defined in chassis/messaging/publish.hpp.
    template <class Job>
    void enqueue(const Job& job);
    /// The same, not before `when`; defined in chassis/messaging/publish.hpp.
    template <class Job>
    void schedule(base::Time when, const Job& job);

    /// This transaction's own T, made when first asked for and gone when the closure runs again: what a layer above
    /// gathers for its before_commit hook.
    template <class T>
    T& state() {
        if (T* found = find_state<T>()) return *found;
        auto made = std::make_unique<Kept<T>>();
        T& value = made->value;
        kept_.push_back(std::move(made));
        return value;
    }

    /// The same, or null when nobody has asked for it in this run.
    template <class T>
    T* find_state() {
        for (auto& kept : kept_) {
            if (kept->key == &Kept<T>::own_key) return &static_cast<Kept<T>&>(*kept).value;
        }
        return nullptr;
    }

    /// The engine calls it after the hooks: a state with a `void check_before_commit() const` may throw there.
    void check_states() const {
        for (const auto& kept : kept_) kept->check();
    }

  private:
    struct AnyKept {
        explicit AnyKept(const void* key) : key(key) {}
        virtual ~AnyKept() = default;
        virtual void check() const {}
        const void* key;
    };
    template <class T>
    struct Kept final : AnyKept {
        static inline char own_key = 0;
        Kept() : AnyKept(&own_key) {}
        void check() const override {
            if constexpr (requires { value.check_before_commit(); }) value.check_before_commit();
        }
        T value{};
    };

    std::vector<std::unique_ptr<AnyKept>> kept_;
};

}  // namespace chassis::database

namespace chassis {
using database::Connection;
using database::Transaction;
}  // namespace chassis
