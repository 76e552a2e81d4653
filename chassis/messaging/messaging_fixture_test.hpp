// What the tests of messaging share: two services on databases of their own, one broker, one clock.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "chassis/async/run.hpp"
#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/memory_broker.hpp"
#include "chassis/messaging/messaging.hpp"

namespace chassis::messaging {

struct Counted {
    static constexpr std::string_view event_type = "counter.counted";
    std::string counter;
    int number = 0;
    std::string event_key() const { return counter; }
};

/// The same type as a later major version of its publisher sends it.
struct CountedV2 {
    static constexpr std::string_view event_type = "counter.counted";
    static constexpr int event_version = 2;
    std::string counter;
    std::string event_key() const { return counter; }
};

struct Ring {
    static constexpr std::string_view job_type = "bell.ring";
    std::string bell;
    int times = 1;
    std::string job_key() const { return bell; }
};

/// A service with a table of its own; what its handlers note there happens in their transactions.
class Service {
  public:
    explicit Service(Broker& broker, const base::Clock& clock, Settings settings = {})
        : broker_(broker), clock_(clock) {
        settings.source = "/test";
        settings_ = settings;
        open();
        database->write_blocking([](Transaction& tx) {
            tx.run("CREATE TABLE notes (position INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL)");
        });
    }

    void open() {
        database = file.open();
        messaging = std::make_unique<Messaging>(*database, broker_, clock_, settings_);
        commits = std::make_unique<database::Database::Hook>(database->after_commit([this] { changed.notify(); }));
    }
    void close() {
        commits.reset();
        messaging.reset();
        database.reset();
    }

    static void note(Transaction& tx, const std::string& text) { tx.run("INSERT INTO notes (text) VALUES ($1)", text); }
    std::vector<std::string> notes() {
        return database->read_blocking(
            [](Connection& db) { return db.all<std::string>("SELECT text FROM notes ORDER BY position"); });
    }
    template <class E>
    void publish(const E& event) {
        database->write_blocking([&](Transaction& tx) { tx.publish(event); });
    }
    std::int64_t count(const char* sql) {
        return *database->read_blocking([&](Connection& db) { return db.one<std::int64_t>(sql); });
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    std::unique_ptr<Messaging> messaging;
    // After each commit.
    async::Signal changed;
    std::unique_ptr<database::Database::Hook> commits;

  private:
    Broker& broker_;
    const base::Clock& clock_;
    Settings settings_;
};

class MessagingTest : public testing::Test {
  protected:
    /// Runs a test's steps while both services send, receive and work.
    void run(std::function<Task<>()> steps) { async::run(loop, started(std::move(steps))); }

    /// Goes on when it holds; it is asked after each commit of `service`.
    static Task<> until(Service& service, std::function<bool()> holds) {
        while (!holds()) {
            bool notified = co_await service.changed.wait_for(std::chrono::seconds(20));
            if (!notified && !holds()) {
                ADD_FAILURE() << "it did not happen in 20 s";
                co_return;
            }
        }
    }

    void advance(std::chrono::microseconds by) {
        clock.advance(by);
        from.messaging->wake();
        to.messaging->wake();
    }

    Loop loop;
    base::ManualClock clock{base::Time{std::chrono::hours(24 * 365 * 50)}};
    MemoryBroker broker;
    Service from{broker, clock};
    Service to{broker, clock};

  private:
    Task<> started(std::function<Task<>()> steps) {
        from.messaging->start(loop);
        to.messaging->start(loop);
        co_await steps();
        co_await from.messaging->stop();
        co_await to.messaging->stop();
    }
};

}  // namespace chassis::messaging
