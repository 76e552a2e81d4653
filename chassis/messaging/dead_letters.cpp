#include "chassis/messaging/dead_letters.hpp"

#include "chassis/base/uuid.hpp"
#include "chassis/messaging/event.hpp"

namespace chassis::messaging {
namespace {

// Both tables as one list.
constexpr const char* select_letters =
    "SELECT id, consumer, type, key, order_key, sequence, body, error, attempts, trace, dead_at FROM ("
    "SELECT 'event:' || consumer || ':' || event_id AS id, consumer, type, key, order_key, sequence, body, error, "
    "attempts, "
    "trace, dead_at FROM chassis_inbox WHERE state = 'dead' AND finished_at IS NULL UNION ALL "
    "SELECT 'job:' || id AS id, 'job' AS consumer, type, key, order_key, due_at AS sequence, arguments AS body, error, "
    "attempts, trace, dead_at FROM chassis_jobs WHERE state = 'dead' AND finished_at IS NULL) AS letters ";

struct Row {
    std::string id;
    std::string consumer;
    std::string type;
    std::string key;
    std::string order_key;
    std::int64_t sequence;
    std::string body;
    std::string error;
    int attempts;
    std::string trace;
    base::Time dead_at;
};

std::vector<Waiting> waiting_behind(database::Connection& db, const Row& row) {
    if (row.consumer == "job") {
        return db.all<Waiting>(
            "SELECT id, type, created_at AS received_at FROM chassis_jobs WHERE order_key = $1 AND finished_at IS NULL "
            "AND "
            "'job:' || id <> $2 AND due_at >= $3 ORDER BY due_at, id LIMIT 100",
            row.order_key, row.id, row.sequence);
    }
    return db.all<Waiting>(
        "SELECT event_id AS id, type, received_at FROM chassis_inbox WHERE consumer = $1 AND order_key = $2 AND "
        "finished_at "
        "IS NULL AND sequence > $3 ORDER BY sequence LIMIT 100",
        row.consumer, row.order_key, row.sequence);
}

DeadLetter to_letter(database::Connection& db, Row row) {
    auto waiting = waiting_behind(db, row);
    return {.id = std::move(row.id),
            .consumer = std::move(row.consumer),
            .type = std::move(row.type),
            .key = std::move(row.key),
            .body = std::move(row.body),
            .error = std::move(row.error),
            .attempts = row.attempts,
            .trace = std::move(row.trace),
            .dead_at = row.dead_at,
            .waiting = std::move(waiting)};
}

void audit(database::Transaction& tx, base::Time now, const std::string& who, const char* action,
           const std::string& subject, const std::string& reason) {
    tx.run("INSERT INTO chassis_audit (id, at, who, action, subject, reason) VALUES ($1, $2, $3, $4, $5, $6)",
           base::Uuid::random(), now, who, action, subject, reason);
}

// Sets the state of one dead letter; false when it is none.
bool change(database::Transaction& tx, const std::string& id, const char* state, base::Time now,
            std::optional<base::Time> finished_at) {
    return tx.run(
               "UPDATE chassis_inbox SET state = $2, attempts = 0, next_attempt_at = $3, finished_at = $4, dead_at = "
               "NULL "
               "WHERE 'event:' || consumer || ':' || event_id = $1 AND state = 'dead' AND finished_at IS NULL",
               id, state, now, finished_at) +
               tx.run(
                   "UPDATE chassis_jobs SET state = $2, attempts = 0, next_attempt_at = $3, finished_at = $4, dead_at "
                   "= NULL "
                   "WHERE 'job:' || id = $1 AND state = 'dead' AND finished_at IS NULL",
                   id, state, now, finished_at) >
           0;
}

}  // namespace

base::Time DeadLetters::oldest_redrivable() const { return clock_.now() - settings_.redrivable; }

async::Task<std::vector<DeadLetter>> DeadLetters::list(int most, std::string after) {
    std::vector<DeadLetter> letters = co_await database_.read([&](database::Connection& db) {
        base::Time from{};
        if (auto last = db.one<Row>(std::string(select_letters) + "WHERE id = $1", after)) from = last->dead_at;
        auto rows = db.all<Row>(std::string(select_letters) +
                                    "WHERE dead_at > $1 OR (dead_at = $1 AND id > $2) ORDER BY dead_at, id LIMIT $3",
                                from, after, most);
        std::vector<DeadLetter> found;
        for (Row& row : rows) found.push_back(to_letter(db, std::move(row)));
        return found;
    });
    co_return letters;
}

async::Task<std::optional<DeadLetter>> DeadLetters::find(std::string id) {
    std::optional<DeadLetter> letter = co_await database_.read([&](database::Connection& db) {
        auto row = db.one<Row>(std::string(select_letters) + "WHERE id = $1", id);
        return row ? std::optional(to_letter(db, std::move(*row))) : std::nullopt;
    });
    co_return letter;
}

async::Task<bool> DeadLetters::redrive(std::string id, std::string who) {
    bool redriven = co_await database_.write([&](database::Transaction& tx) {
        auto row = tx.one<Row>(std::string(select_letters) + "WHERE id = $1", id);
        if (!row) return false;
        if (row->dead_at < oldest_redrivable()) {
            throw Permanent("the dead letter " + id + " is too old to be redriven; it can only be skipped");
        }
        change(tx, id, "waiting", clock_.now(), std::nullopt);
        audit(tx, clock_.now(), who, "redrive", id, "");
        return true;
    });
    if (redriven) wake_();
    co_return redriven;
}

async::Task<int> DeadLetters::redrive_all(std::string who) {
    int count = co_await database_.write([&](database::Transaction& tx) {
        auto ids =
            tx.all<Row>(std::string(select_letters) + "WHERE dead_at >= $1 ORDER BY dead_at, id", oldest_redrivable());
        for (const Row& row : ids) {
            change(tx, row.id, "waiting", clock_.now(), std::nullopt);
            audit(tx, clock_.now(), who, "redrive", row.id, "all");
        }
        return static_cast<int>(ids.size());
    });
    if (count > 0) wake_();
    co_return count;
}

async::Task<bool> DeadLetters::skip(std::string id, std::string reason, std::string who) {
    bool skipped = co_await database_.write([&](database::Transaction& tx) {
        const base::Time now = clock_.now();
        if (!change(tx, id, "skipped", now, now)) return false;
        audit(tx, now, who, "skip", id, reason);
        return true;
    });
    if (skipped) wake_();
    co_return skipped;
}

}  // namespace chassis::messaging
