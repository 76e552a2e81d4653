#include "chassis/messaging/messaging.hpp"
#include "chassis/telemetry/log.hpp"

#include <algorithm>
#include <stdexcept>

namespace chassis::messaging {

std::span<const database::Migration> migrations();

Messaging::Messaging(database::Database& database, Broker& broker, const base::Clock& clock, Settings settings)
    : database_(database),
      broker_(broker),
      clock_(clock),
      settings_(std::move(settings)),
      outbox_(database, broker, clock, settings_),
      jobs_(database, clock, settings_),
      dead_letters_(database, clock, settings_, [this] { wake(); }) {
    if (settings_.source.empty()) throw std::invalid_argument("messaging needs a source, such as \"/order\"");
    if (settings_.remember <= settings_.redrivable) {
        throw std::invalid_argument("an inbox remembers for longer than a dead letter may be redriven");
    }
    if (settings_.backoff.cap > std::chrono::seconds(20)) {
        throw std::invalid_argument("pauses between attempts are 20 s at most, so that all settles after a restart");
    }
    database_.migrate(migrations(), "messaging");
    before_commit_ = database_.before_commit([this](database::Transaction& tx) { before_commit(tx); });
    after_commit_ = database_.after_commit([this] {
        outbox_.committed();
        jobs_.committed();
    });
}

Messaging::~Messaging() = default;

EventHandler& Messaging::add(std::string consumer, EventHandler handler) {
    if (consumer.empty() || consumer == "job" || consumer.find(':') != consumer.npos) {
        throw std::invalid_argument("a consumer's name is not empty, not 'job' and has no colon: '" + consumer + "'");
    }
    auto found = std::ranges::find(consumers_, consumer, [](const auto& known) { return known->name(); });
    if (found == consumers_.end()) {
        consumers_.push_back(std::make_unique<Consumer>(std::move(consumer), database_, broker_, clock_, settings_));
        found = consumers_.end() - 1;
    }
    return (*found)->add(std::move(handler));
}

JobHandler& Messaging::add(JobHandler handler) { return jobs_.add(std::move(handler)); }

void Messaging::before_commit(database::Transaction& tx) {
    Outgoing* outgoing = tx.find_state<Outgoing>();
    if (outgoing == nullptr) return;
    if (!outgoing->events.empty()) outbox_.store(tx, outgoing->events);
    if (!outgoing->jobs.empty()) jobs_.store(tx, outgoing->jobs);
    outgoing->stored = true;
}

void Messaging::start(async::Loop& loop) {
    started_ = true;
    loop.spawn(run_all());
}

async::Task<> Messaging::run_all() {
    running_.spawn(outbox_.run());
    running_.spawn(jobs_.run());
    for (auto& consumer : consumers_) {
        running_.spawn(consumer->run_receiving());
        running_.spawn(consumer->run_retrying());
    }
    running_.spawn(run_trimming());
    co_await running_.join();
    ended_.notify();
}

async::Task<> Messaging::stop() {
    stopping_ = true;
    trim_bell_.notify();
    for (auto& consumer : consumers_) co_await consumer->stop();
    jobs_.stop();
    outbox_.stop();
    if (started_) co_await ended_.wait();
    started_ = false;
}

void Messaging::wake() noexcept {
    for (auto& consumer : consumers_) consumer->wake();
    jobs_.wake();
}

async::Task<> Messaging::run_trimming() {
    while (!stopping_) {
        try {
            co_await trim();
        } catch (const std::exception& error) {
            log_warning("old rows could not be trimmed; it is tried again", {{"error", error.what()}});
        }
        if (!stopping_) co_await trim_bell_.wait_for(settings_.trim_every);
    }
}

// Some at a time, so that nobody waits long for the writer.
async::Task<> Messaging::trim() {
    co_await delete_while_any(
        "DELETE FROM chassis_inbox WHERE (consumer, event_id) IN (SELECT consumer, event_id FROM chassis_inbox WHERE "
        "finished_at < $1 ORDER BY finished_at LIMIT 1000)",
        clock_.now() - settings_.remember);
    co_await delete_while_any(
        "DELETE FROM chassis_jobs WHERE id IN (SELECT id FROM chassis_jobs WHERE finished_at < $1 ORDER BY finished_at "
        "LIMIT 1000)",
        clock_.now() - settings_.keep_jobs);
}

async::Task<> Messaging::delete_while_any(const char* sql, base::Time before) {
    std::int64_t deleted = 1;
    while (deleted > 0 && !stopping_) {
        deleted = co_await database_.write([=](database::Transaction& tx) { return tx.run(sql, before); });
    }
}

namespace {

struct CountAndOldest {
    std::int64_t count;
    std::optional<base::Time> oldest;
};

}  // namespace

async::Task<Figures> Messaging::figures() {
    Figures figures = co_await database_.read([this](database::Connection& db) {
        const base::Time now = clock_.now();
        auto depth = [&](const char* sql) {
            auto row = *db.one<CountAndOldest>(sql);
            return Depth{row.count, row.oldest ? std::max(now - *row.oldest, std::chrono::microseconds(0))
                                               : std::chrono::microseconds(0)};
        };
        Figures found;
        found.outbox = depth("SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM chassis_outbox");
        found.inbox =
            depth("SELECT COUNT(*) AS count, MIN(received_at) AS oldest FROM chassis_inbox WHERE finished_at IS NULL");
        found.jobs =
            depth("SELECT COUNT(*) AS count, MIN(due_at) AS oldest FROM chassis_jobs WHERE finished_at IS NULL");
        found.jobs_due = *db.one<std::int64_t>(
            "SELECT COUNT(*) FROM chassis_jobs WHERE finished_at IS NULL AND state <> 'dead' AND due_at <= $1", now);
        found.dead_events = depth(
            "SELECT COUNT(*) AS count, MIN(dead_at) AS oldest FROM chassis_inbox WHERE finished_at IS NULL AND state = "
            "'dead'");
        found.dead_jobs = depth(
            "SELECT COUNT(*) AS count, MIN(dead_at) AS oldest FROM chassis_jobs WHERE finished_at IS NULL AND state = "
            "'dead'");
        return found;
    });
    co_return figures;
}

}  // namespace chassis::messaging
