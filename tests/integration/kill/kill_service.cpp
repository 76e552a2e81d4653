// Two tiny services in one program, to be killed:
//
//     kill_service source <database> <broker url> <keys> <numbers>
//     kill_service sink <database> <broker url>
//
// The source publishes `numbers` events for each of `keys` keys, one
// transaction each. The sink notes each one and does a job for it, which
// appends a line to <database>.outside and answers with an event. When every
// answer has come, the source says "done". Now and then a handler and a job
// fail, so that retries are under way too.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>

#include "chassis/http/client.hpp"
#include "chassis/messaging/embedded_broker.hpp"
#include "chassis/messaging/messaging.hpp"
#include "chassis/telemetry/log.hpp"

namespace {

using namespace chassis;

struct Counted {
    static constexpr std::string_view event_type = "counter.counted";
    std::string key;
    int number = 0;
    std::string event_key() const { return key; }
};

struct Heard {
    static constexpr std::string_view event_type = "echo.heard";
    std::string key;
    int number = 0;
    std::string event_key() const { return key; }
};

struct Echo {
    static constexpr std::string_view job_type = "sink.echo";
    std::string key;
    int number = 0;
    std::string job_key() const { return key; }
};

const database::Migration tables[] = {
    {"001_tables",
     "CREATE TABLE sent (key TEXT PRIMARY KEY, next BIGINT NOT NULL);"
     "CREATE TABLE noted (position INTEGER PRIMARY KEY AUTOINCREMENT, list "
     "TEXT NOT NULL, key TEXT NOT NULL, "
     "number BIGINT NOT NULL);"},
};

// No constraint refuses a second one: if it came twice, the test would find it
// twice.
void note(Transaction& tx, std::string_view list, const std::string& key, int number) {
    tx.run("INSERT INTO noted (list, key, number) VALUES ($1, $2, $3)", list, key, number);
}

// Throws the first time that this process meets it.
class FailsOnce {
  public:
    void at(const std::string& key, int number) {
        std::lock_guard lock(mutex_);
        if (failed_.emplace(key, number).second) throw std::runtime_error("the first time fails");
    }

  private:
    std::mutex mutex_;
    std::set<std::pair<std::string, int>> failed_;
};

Task<> send_all(Database& database, int keys, int numbers) {
    for (int number = 0; number < numbers; ++number) {
        for (int i = 0; i < keys; ++i) {
            const std::string key = "key-" + std::to_string(i);
            co_await database.write([&](Transaction& tx) {
                auto next = tx.one<int>("SELECT next FROM sent WHERE key = $1", key).value_or(0);
                if (next != number) return;  // sent before the process was killed
                tx.run(
                    "INSERT INTO sent (key, next) VALUES ($1, $2) ON CONFLICT (key) "
                    "DO UPDATE SET next = $2",
                    key, number + 1);
                tx.publish(Counted{key, number});
            });
        }
    }
}

Task<> say_done(Database& database, async::Signal& changed, int answers) {
    for (;;) {
        auto noted = co_await database.read([](Connection& db) { return db.one<int>("SELECT COUNT(*) FROM noted"); });
        if (*noted >= answers) break;
        co_await changed.wait();
    }
    std::puts("done");
    std::fflush(stdout);
}

int outside(const std::string& path) {
    int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) throw std::runtime_error("cannot open " + path);
    return file;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    const std::string role = argv[1];
    const std::string path = argv[2];
    telemetry::configure_log({.service = role, .level = telemetry::level_from_environment()});
    auto database = Database::open({.url = "sqlite:" + path});
    database->migrate(tables);
    http::Client client({});
    messaging::EmbeddedBroker broker(
        client, {.url = argv[3], .service_token = settings::Secret(std::getenv("SERVICE_TOKEN")), .instance = role});
    // Small batches and short pauses: many steps, and so many places to be killed
    // at.
    messaging::Messaging messaging(
        *database, broker, base::system_clock(),
        {.source = "/" + role,
         .backoff = {.base = std::chrono::milliseconds(5), .cap = std::chrono::milliseconds(200)},
         .batch = 4});
    Loop loop;
    async::Signal changed;
    FailsOnce event_fails;
    FailsOnce job_fails;
    const int file = outside(path + ".outside");
    auto hook = database->after_commit([&] { changed.notify(); });
    if (role == "source") {
        messaging.on<Heard>("source",
                            [](const Heard& heard, Transaction& tx) { note(tx, "heard", heard.key, heard.number); });
        const int keys = std::atoi(argv[4]);
        const int numbers = std::atoi(argv[5]);
        loop.spawn(send_all(*database, keys, numbers));
        loop.spawn(say_done(*database, changed, keys * numbers));
    } else {
        messaging.on<Counted>("sink", [&](const Counted& counted, Transaction& tx) {
            note(tx, "counted", counted.key, counted.number);
            if (counted.number % 5 == 2) event_fails.at(counted.key, counted.number);
            tx.enqueue(Echo{counted.key, counted.number});
        });
        messaging.job<Echo>(
            [&](const Echo& echo) -> Task<> {
                const std::string line = echo.key + " " + std::to_string(echo.number) + "\n";
                if (::write(file, line.data(), line.size()) < 0) throw std::runtime_error("cannot write outside");
                if (echo.number % 7 == 3) job_fails.at(echo.key, echo.number);
                co_return;
            },
            [](const Echo& echo, Transaction& tx) {
                note(tx, "echoed", echo.key, echo.number);
                tx.publish(Heard{echo.key, echo.number});
            });
    }
    messaging.start(loop);
    loop.run();  // until it is killed
}
