// What write() promises when the disk fails: a layer between SQLite and the files fails on command.
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <latch>
#include <thread>

#include "chassis/async/run.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/database/failing_disk.hpp"
#include "chassis/database/temporary_database.hpp"

namespace chassis::database {
namespace {

class FailingDiskTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
    void SetUp() override {
        install_failing_disk();
        database = file.open();
        database->write_blocking([](Transaction& tx) { tx.run("CREATE TABLE items (id BIGINT PRIMARY KEY)"); });
    }
    void TearDown() override { mend_disk(); }

    void insert(std::int64_t id) {
        database->write_blocking([&](Transaction& tx) { tx.run("INSERT INTO items (id) VALUES ($1)", id); });
    }
    std::vector<std::int64_t> ids() {
        return database->read_blocking(
            [](Connection& db) { return db.all<std::int64_t>("SELECT id FROM items ORDER BY id"); });
    }

    TemporaryDatabase file;
    std::unique_ptr<Database> database;
};

TEST_F(FailingDiskTest, a_full_disk_refuses_the_write_and_recovers) {
    insert(1);
    break_disk(Fault::full, 1'000'000);
    EXPECT_THROW(insert(2), DiskFull);
    EXPECT_EQ(ids(), std::vector<std::int64_t>{1});
    mend_disk();
    insert(3);
    EXPECT_EQ(ids(), (std::vector<std::int64_t>{1, 3}));
}

Task<> insert_counted(Database& database, std::int64_t id, std::vector<int>& runs, int& failed) {
    try {
        co_await database.write([&, id](Transaction& tx) {
            ++runs[static_cast<std::size_t>(id)];
            tx.run("INSERT INTO items (id) VALUES ($1)", id);
        });
    } catch (const DatabaseError&) {
        ++failed;
    }
}

Task<> all_then(std::vector<Task<>> tasks, Loop& loop, std::latch& gate) {
    loop.post([&] { gate.count_down(); });
    co_await async::when_all(std::move(tasks));
}

// The first commit of the batch meets the full disk; alone, each goes through.
TEST_F(FailingDiskTest, when_a_commit_fails_each_closure_runs_again_alone) {
    std::latch held(1);
    std::latch gate(1);
    std::vector<int> runs(4);
    int failed = 0;
    std::jthread holder([&] {
        database->write_blocking([&](Transaction& tx) {
            if (runs[0]++ == 0) {
                held.count_down();
                gate.wait();
                break_disk(Fault::full, 1);
            }
            tx.run("INSERT INTO items (id) VALUES (0)");
        });
    });
    held.wait();
    Loop loop;
    std::vector<Task<>> tasks;
    for (std::int64_t id = 1; id <= 3; ++id) tasks.push_back(insert_counted(*database, id, runs, failed));
    async::run(loop, all_then(std::move(tasks), loop, gate));
    holder.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(runs, (std::vector<int>{2, 2, 2, 2}));
    EXPECT_EQ(ids(), (std::vector<std::int64_t>{0, 1, 2, 3}));
}

// Enough to overflow the page cache, so that SQLite meets the full disk inside the closure and rolls everything back.
void fill(Transaction& tx) {
    tx.run("CREATE TABLE IF NOT EXISTS big (text TEXT)");
    for (int i = 0; i < 40; ++i) tx.run("INSERT INTO big (text) VALUES (hex(randomblob(100000)))");
}

TEST_F(FailingDiskTest, a_closure_that_loses_the_batch_underneath_fails_alone) {
    std::latch held(1);
    std::latch gate(1);
    std::vector<int> runs(3);
    int failed = 0;
    int big_failed = 0;
    std::jthread holder([&] {
        database->write_blocking([&](Transaction& tx) {
            if (runs[0]++ == 0) {
                held.count_down();
                gate.wait();
            }
            tx.run("INSERT INTO items (id) VALUES (0)");
        });
    });
    held.wait();
    auto big = [](Database& db, int& lost) -> Task<> {
        try {
            co_await db.write([](Transaction& tx) {
                break_disk(Fault::full, 1'000'000);
                struct Repair {
                    ~Repair() { mend_disk(); }
                } repair;
                fill(tx);
            });
        } catch (const DiskFull&) {
            ++lost;
        }
    };
    Loop loop;
    std::vector<Task<>> tasks;
    tasks.push_back(insert_counted(*database, 1, runs, failed));
    tasks.push_back(big(*database, big_failed));
    tasks.push_back(insert_counted(*database, 2, runs, failed));
    async::run(loop, all_then(std::move(tasks), loop, gate));
    holder.join();
    EXPECT_EQ(big_failed, 1);
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(ids(), (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_EQ(runs[1], 2);
}

TEST_F(FailingDiskTest, a_failed_sync_ends_the_process_and_acknowledges_nothing) {
    EXPECT_EXIT(
        {
            break_disk(Fault::sync, 1);
            insert(2);
            std::_Exit(0);  // acknowledged
        },
        testing::ExitedWithCode(74), "the disk failed while");
}

TEST_F(FailingDiskTest, a_failed_sync_of_a_checkpoint_ends_the_process) {
    EXPECT_EXIT(
        {
            database->write_blocking(fill);  // a log long enough to be copied
            break_disk(Fault::sync, 1);
            insert(2);
            insert(3);
            std::_Exit(0);
        },
        testing::ExitedWithCode(74), "the disk failed while");
}

}  // namespace
}  // namespace chassis::database
