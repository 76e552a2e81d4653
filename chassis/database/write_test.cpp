// What write() promises on SQLite.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <thread>

#include "chassis/async/run.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/database/temporary_database.hpp"

namespace chassis::database {
namespace {

using namespace std::chrono_literals;

// Keeps the writer busy until open() is called, so that what is submitted meanwhile waits together.
class HeldWriter {
  public:
    explicit HeldWriter(Database& database)
        : thread_([this, &database] {
              database.write_blocking([this](Transaction&) {
                  held_.count_down();
                  gate_.wait();
              });
          }) {
        held_.wait();
    }
    void open() {
        if (thread_.joinable()) {
            gate_.count_down();
            thread_.join();
        }
    }
    ~HeldWriter() { open(); }

  private:
    std::latch held_{1};
    std::latch gate_{1};
    std::thread thread_;
};

class WriteTest : public testing::Test {
  protected:
    void SetUp() override {
        database->write_blocking([](Transaction& tx) {
            tx.run("CREATE TABLE shelf (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
            tx.run("CREATE TABLE label (shelf_id BIGINT NOT NULL REFERENCES shelf (id) DEFERRABLE INITIALLY DEFERRED)");
        });
    }
    std::int64_t count() {
        return *database->read_blocking(
            [](Connection& db) { return db.one<std::int64_t>("SELECT COUNT(*) AS n FROM shelf"); });
    }

    TemporaryDatabase file;
    std::unique_ptr<Database> database = file.open();
};

Task<> insert(Database& database, std::int64_t id, std::string name, std::string& failed) {
    try {
        co_await database.write([&](Transaction& tx) {
            tx.run("INSERT INTO shelf (id, name) VALUES ($1, $2)", id, name);
            if (name == "bad") throw std::runtime_error("bad");
            if (name == "orphan") tx.run("INSERT INTO label (shelf_id) VALUES (999)");
        });
    } catch (const std::exception& error) {
        failed += name + ";";
    }
}

// Everything has been submitted before the writer goes on: the tasks run up to their first wait before `open` does.
Task<> submit_then(std::vector<Task<>> tasks, HeldWriter& held, Loop& loop) {
    loop.post([&held] { held.open(); });
    co_await async::when_all(std::move(tasks));
}

TEST_F(WriteTest, one_commit_carries_all_writes_that_wait) {
    std::atomic<int> commits = 0;
    auto hook = database->after_commit([&] { ++commits; });
    std::string failed;
    {
        Loop loop;
        HeldWriter held(*database);
        std::vector<Task<>> tasks;
        for (int i = 0; i < 100; ++i) tasks.push_back(insert(*database, i, "n" + std::to_string(i), failed));
        async::run(loop, submit_then(std::move(tasks), held, loop));
    }
    EXPECT_EQ(failed, "");
    EXPECT_EQ(count(), 100);
    // The held write takes what waits into its own batch.
    EXPECT_EQ(commits, 1);
}

TEST_F(WriteTest, a_failing_closure_undoes_itself_and_nothing_else_of_the_batch) {
    std::string failed;
    {
        Loop loop;
        HeldWriter held(*database);
        std::vector<Task<>> tasks;
        tasks.push_back(insert(*database, 1, "good", failed));
        tasks.push_back(insert(*database, 2, "bad", failed));
        tasks.push_back(insert(*database, 3, "orphan", failed));
        tasks.push_back(insert(*database, 4, "good", failed));  // the name is taken
        tasks.push_back(insert(*database, 5, "fine", failed));
        async::run(loop, submit_then(std::move(tasks), held, loop));
    }
    EXPECT_EQ(failed, "bad;orphan;good;");
    EXPECT_EQ(count(), 2);
}

TEST_F(WriteTest, a_broken_deferred_foreign_key_fails_its_own_closure) {
    try {
        database->write_blocking([](Transaction& tx) { tx.run("INSERT INTO label (shelf_id) VALUES (7)"); });
        FAIL() << "a label without a shelf was stored";
    } catch (const ConstraintError& error) {
        EXPECT_EQ(error.kind, ConstraintError::Kind::foreign_key);
    }
    database->write_blocking([](Transaction& tx) {
        tx.run("INSERT INTO label (shelf_id) VALUES (7)");
        tx.run("INSERT INTO shelf (id, name) VALUES (7, 'late')");
    });
    EXPECT_EQ(count(), 1);
}

TEST_F(WriteTest, a_closure_that_swallows_a_database_error_fails_all_the_same) {
    EXPECT_THROW(database->write_blocking([](Transaction& tx) {
        tx.run("INSERT INTO shelf (id, name) VALUES (1, 'a')");
        try {
            tx.run("INSERT INTO shelf (id, name) VALUES (1, 'b')");
        } catch (const DatabaseError&) {
        }
    }),
                 ConstraintError);
    EXPECT_EQ(count(), 0);
}

TEST_F(WriteTest, a_closure_cannot_end_or_escape_its_transaction) {
    for (const char* sql : {"COMMIT", "BEGIN", "ROLLBACK", "SAVEPOINT mine", "RELEASE closure", "ROLLBACK TO closure",
                            "PRAGMA synchronous = OFF", "ATTACH 'other.db' AS other", "DETACH main",
                            "INSERT OR ROLLBACK INTO shelf (id, name) VALUES (1, 'a')",
                            "UPDATE /* quietly */ OR rollback shelf SET name = 'x'",
                            "CREATE TABLE t (id BIGINT UNIQUE ON CONFLICT ROLLBACK)"}) {
        EXPECT_THROW(database->write_blocking([&](Transaction& tx) {
            tx.run("INSERT INTO shelf (id, name) VALUES (1, 'a')");
            tx.run(sql);
        }),
                     RefusedStatement)
            << sql;
        EXPECT_EQ(count(), 0) << sql;
    }
    // As text it is harmless.
    database->write_blocking([](Transaction& tx) { tx.run("INSERT INTO shelf (id, name) VALUES (1, 'ROLLBACK')"); });
    EXPECT_EQ(count(), 1);
}

TEST_F(WriteTest, one_call_runs_one_statement) {
    EXPECT_THROW(database->write_blocking([](Transaction& tx) { tx.run("DELETE FROM shelf; DELETE FROM label"); }),
                 DatabaseError);
}

TEST_F(WriteTest, a_deadline_removes_a_write_that_has_not_started_while_the_writer_is_busy) {
    HeldWriter held(*database);
    {
        Context context{.deadline = Context::Clock::now() + 5ms};
        Context::Scope scope(context);
        // The writer is still held when this comes back.
        EXPECT_THROW(database->write_blocking(
                         [](Transaction& tx) { tx.run("INSERT INTO shelf (id, name) VALUES (1, 'late')"); }),
                     NotStarted);
    }
    held.open();
    EXPECT_EQ(count(), 0);
}

TEST_F(WriteTest, a_write_that_has_started_ends_whatever_its_deadline) {
    {
        Context context{.deadline = Context::Clock::now() + 10s};
        Context::Scope scope(context);
        EXPECT_TRUE(database->write_blocking([&](Transaction& tx) {
            context.deadline = Context::Clock::now();  // over, while the closure runs
            tx.run("INSERT INTO shelf (id, name) VALUES (1, 'started')");
            return Context::Clock::now() >= Context::current_deadline();
        }));
    }
    EXPECT_EQ(count(), 1);
}

TEST_F(WriteTest, a_cancelled_caller_whose_turn_has_not_come_changes_nothing) {
    std::stop_source stop;
    stop.request_stop();
    {
        Context context{.cancelled = stop.get_token()};
        Context::Scope scope(context);
        EXPECT_THROW(database->write_blocking(
                         [](Transaction& tx) { tx.run("INSERT INTO shelf (id, name) VALUES (1, 'never')"); }),
                     NotStarted);
    }
    EXPECT_EQ(count(), 0);
}

TEST_F(WriteTest, too_much_waiting_is_refused_at_once) {
    TemporaryDatabase other;
    auto settings = other.settings();
    settings.waiting = 0;
    auto small = Database::open(settings);
    EXPECT_THROW(small->write_blocking([](Transaction&) {}), Overloaded);
}

TEST_F(WriteTest, closures_see_the_callers_context) {
    Context context{.route = "/orders"};
    Context::Scope scope(context);
    EXPECT_EQ(database->write_blocking([](Transaction&) { return Context::current()->route; }), "/orders");
    EXPECT_EQ(database->read_blocking([](Connection&) { return Context::current()->route; }), "/orders");
}

Task<> write_with_owned(Database& database, std::shared_ptr<std::string> name) {
    auto insert = [name](Transaction& tx) { tx.run("INSERT INTO shelf (id, name) VALUES (1, $1)", *name); };
    co_await database.write(insert);
    auto find = [name, copy = *name](Connection& db) {
        return db.one<std::string>("SELECT name FROM shelf WHERE name = $1", copy);
    };
    std::optional<std::string> found = co_await database.read(find);
    if (found != *name) ADD_FAILURE() << "not found";
}

TEST_F(WriteTest, a_closure_may_own_what_it_needs) {
    auto name = std::make_shared<std::string>("a name that is too long to be kept inside of the string itself");
    async::run(write_with_owned(*database, name));
    EXPECT_EQ(name.use_count(), 1);
    EXPECT_EQ(count(), 1);
}

struct Gathered {
    int calls = 0;
};

TEST_F(WriteTest, a_before_commit_hook_belongs_to_the_closure) {
    auto hook = database->before_commit([](Transaction& tx) {
        auto* gathered = tx.find_state<Gathered>();
        if (gathered == nullptr) return;
        if (gathered->calls > 1) throw std::runtime_error("refused");
        tx.run("INSERT INTO shelf (id, name) VALUES (100, 'by the hook')");
    });
    EXPECT_THROW(database->write_blocking([](Transaction& tx) {
        tx.run("INSERT INTO shelf (id, name) VALUES (1, 'a')");
        tx.state<Gathered>().calls = 2;
    }),
                 std::runtime_error);
    EXPECT_EQ(count(), 0);
    database->write_blocking([](Transaction& tx) { tx.state<Gathered>().calls += 1; });
    EXPECT_EQ(count(), 1);
    hook = {};
    database->write_blocking([](Transaction& tx) { tx.state<Gathered>().calls += 1; });
    EXPECT_EQ(count(), 1);
}

TEST_F(WriteTest, after_commit_comes_when_the_change_can_be_read) {
    std::atomic<std::int64_t> seen = -1;
    auto hook = database->after_commit([&] { seen = count(); });
    database->write_blocking([](Transaction& tx) { tx.run("INSERT INTO shelf (id, name) VALUES (1, 'a')"); });
    EXPECT_EQ(seen, 1);
}

TEST_F(WriteTest, a_slow_closure_is_reported_with_its_place) {
    TemporaryDatabase other;
    auto settings = other.settings();
    settings.slow_after = 0us;
    std::vector<std::string> files;
    settings.on_slow = [&](const SlowClosure& slow) { files.emplace_back(slow.where.file_name()); };
    auto slow = Database::open(settings);
    slow->write_blocking([](Transaction&) {});
    slow.reset();
    ASSERT_EQ(files.size(), 1u);
    EXPECT_NE(files[0].find("write_test.cpp"), std::string::npos);
}

TEST_F(WriteTest, a_second_owner_of_the_file_is_told_who_the_first_is) {
    try {
        auto second = file.open();
        FAIL() << "two owners of one file";
    } catch (const InUse& error) {
        EXPECT_NE(std::string(error.what()).find(std::to_string(::getpid())), std::string::npos) << error.what();
    }
    database.reset();
    EXPECT_NO_THROW(database = file.open());
}

Task<> add_many(Database& database, Loop& home, std::int64_t from, std::atomic<int>& wrong) {
    for (std::int64_t i = from; i < from + 50; ++i) {
        std::string name = "name " + std::to_string(i);
        try {
            std::int64_t got = co_await database.write([&](Transaction& tx) {
                tx.run("INSERT INTO shelf (id, name) VALUES ($1, $2)", i, name);
                if (i % 10 == 0) throw std::out_of_range(name);
                return i * 2;
            });
            if (got != i * 2) ++wrong;
        } catch (const std::out_of_range& error) {
            if (i % 10 != 0 || error.what() != name) ++wrong;
        }
        if (!home.is_current()) ++wrong;
        auto found = co_await database.read(
            [&](Connection& db) { return db.one<std::string>("SELECT name FROM shelf WHERE id = $1", i); });
        if (found.has_value() == (i % 10 == 0)) ++wrong;
        if (!home.is_current()) ++wrong;
    }
}

Task<> add_on(Database& database, Loop& home, int which, std::atomic<int>& wrong) {
    std::vector<Task<>> tasks;
    for (int i = 0; i < 10; ++i) tasks.push_back(add_many(database, home, 1000 * which + 50 * i + 1, wrong));
    co_await async::when_all(std::move(tasks));
}

TEST_F(WriteTest, callers_on_several_loops_get_their_own_result_on_their_own_loop) {
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int which = 0; which < 2; ++which) {
        threads.emplace_back([&, which] {
            Loop loop;
            async::run(loop, add_on(*database, loop, which, wrong));
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(count(), 2 * 10 * 45);
}

TEST_F(WriteTest, what_waits_when_the_database_closes_is_still_written) {
    std::string failed;
    Loop loop;
    std::thread closing;
    {
        auto held = std::make_unique<HeldWriter>(*database);
        loop.spawn(insert(*database, 1, "a", failed));
        loop.spawn(insert(*database, 2, "b", failed));
        loop.post([&] { loop.stop(); });
        loop.run();
        held->open();
    }
    database.reset();
    loop.post([&] { loop.stop(); });
    loop.run();
    database = file.open();
    EXPECT_EQ(count(), 2);
}

// A child writes and says what was acknowledged until it is killed; the parent finds all of that and no half of
// anything.
TEST_F(WriteTest, every_acknowledged_write_outlives_a_killed_process) {
    database.reset();
    for (int round = 0; round < 3; ++round) {
        int pipe[2];
        ASSERT_EQ(::pipe(pipe), 0);
        pid_t child = ::fork();
        if (child == 0) {
            ::close(pipe[0]);
            auto own = file.open();
            for (std::int64_t i = round * 1'000'000;; i += 2) {
                own->write_blocking([&](Transaction& tx) {
                    tx.run("INSERT INTO shelf (id, name) VALUES ($1, $2)", i, "n" + std::to_string(i));
                    tx.run("INSERT INTO shelf (id, name) VALUES ($1, $2)", i + 1, "n" + std::to_string(i + 1));
                });
                if (::write(pipe[1], &i, sizeof i) != sizeof i) std::_Exit(1);
            }
        }
        ::close(pipe[1]);
        std::vector<std::int64_t> acknowledged;
        std::int64_t id = 0;
        while (acknowledged.size() < 20 && ::read(pipe[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
        ::kill(child, SIGKILL);
        while (::read(pipe[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
        int status = 0;
        ::waitpid(child, &status, 0);
        ::close(pipe[0]);
        ASSERT_GE(acknowledged.size(), 20u);
        auto reopened = file.open();
        auto stored = reopened->read_blocking(
            [](Connection& db) { return db.all<std::int64_t>("SELECT id FROM shelf ORDER BY id"); });
        for (auto expected : acknowledged) {
            EXPECT_TRUE(std::ranges::binary_search(stored, expected)) << expected;
        }
        EXPECT_EQ(stored.size() % 2, 0u);
    }
}

}  // namespace
}  // namespace chassis::database
