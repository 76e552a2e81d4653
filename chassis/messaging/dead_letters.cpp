#include "chassis/messaging/dead_letters.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include "chassis/base/uuid.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/messaging/inbox.hpp"

namespace chassis::messaging {
namespace {

constexpr std::string_view event_letters =
    "SELECT 'event:' || consumer || ':' || event_id AS id, consumer, type, key, order_key, sequence, body, error, "
    "attempts, trace, dead_at FROM chassis_inbox WHERE state = 'dead' AND finished_at IS NULL ";
constexpr std::string_view job_letters =
    "SELECT 'job:' || id AS id, 'job' AS consumer, type, key, order_key, due_at AS sequence, arguments AS body, error, "
    "attempts, trace, dead_at FROM chassis_jobs WHERE state = 'dead' AND finished_at IS NULL ";

// Of one redrive_all's transactions.
constexpr std::size_t most_at_once = 500;

std::string operator+(std::string_view first, const char* rest) { return std::string(first) + rest; }

// A letter's id taken apart. A job has no consumer; a consumer has no colon in its name.
struct Name {
    explicit Name(std::string_view letter) {
        constexpr std::string_view job = "job:";
        constexpr std::string_view event = "event:";
        if (letter.starts_with(job)) id = letter.substr(job.size());
        if (!letter.starts_with(event)) return;
        letter.remove_prefix(event.size());
        const std::size_t colon = std::min(letter.find(':'), letter.size());
        consumer = letter.substr(0, colon);
        id = letter.substr(std::min(colon + 1, letter.size()));
    }
    std::string consumer;
    std::string id;
};

// Where the list goes on: after the letter with this id, of those that died at this time.
struct Cursor {
    explicit Cursor(const std::string& text) {
        if (text.empty()) return;
        std::int64_t micros = 0;
        const char* end = text.data() + text.size();
        auto [colon, error] = std::from_chars(text.data(), end, micros);
        if (error != std::errc{} || colon == end || *colon != ':') {
            throw std::invalid_argument("'" + text + "' is not the cursor of a dead letter");
        }
        dead_at = base::Time{std::chrono::microseconds(micros)};
        id.assign(colon + 1, end);
    }
    base::Time dead_at{};
    std::string id;
};

std::string cursor_of(base::Time dead_at, const std::string& id) {
    return std::to_string(dead_at.time_since_epoch().count()) + ":" + id;
}

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

std::optional<Row> find_row(database::Connection& db, const std::string& letter) {
    const Name name(letter);
    if (name.consumer.empty()) return db.one<Row>(job_letters + "AND chassis_jobs.id = $1", name.id);
    return db.one<Row>(event_letters + "AND consumer = $1 AND event_id = $2", name.consumer, name.id);
}

DeadLetter to_letter(database::Connection& db, Row row) {
    auto waiting = waiting_behind(db, row);
    auto cursor = cursor_of(row.dead_at, row.id);
    return {.id = std::move(row.id),
            .consumer = std::move(row.consumer),
            .type = std::move(row.type),
            .key = std::move(row.key),
            .body = std::move(row.body),
            .error = std::move(row.error),
            .attempts = row.attempts,
            .trace = std::move(row.trace),
            .dead_at = row.dead_at,
            .waiting = std::move(waiting),
            .cursor = std::move(cursor)};
}

void audit(database::Transaction& tx, base::Time now, const std::string& who, const char* action,
           const std::string& subject, const std::string& reason) {
    tx.run("INSERT INTO chassis_audit (id, at, who, action, subject, reason) VALUES ($1, $2, $3, $4, $5, $6)",
           base::Uuid::random(), now, who, action, subject, reason);
}

// Sets the state of one dead letter.
void change(database::Transaction& tx, const Row& row, const char* state, base::Time now,
            std::optional<base::Time> finished_at) {
    if (row.consumer == "job") {
        tx.run(
            "UPDATE chassis_jobs SET state = $2, attempts = 0, next_attempt_at = $3, finished_at = $4, dead_at = NULL "
            "WHERE id = $1",
            Name(row.id).id, state, now, finished_at);
        return;
    }
    tx.run(
        "UPDATE chassis_inbox SET state = $3, attempts = 0, next_attempt_at = $4, finished_at = $5, dead_at = NULL "
        "WHERE consumer = $1 AND event_id = $2",
        row.consumer, Name(row.id).id, state, now, finished_at);
    if (finished_at) let_next_go_on(tx, row.consumer, row.order_key, now);
}

}  // namespace

base::Time DeadLetters::oldest_redrivable() const { return clock_.now() - settings_.redrivable; }

async::Task<std::vector<DeadLetter>> DeadLetters::list(int most, std::string after) {
    const Cursor from(after);
    std::vector<DeadLetter> letters = co_await database_.read([&](database::Connection& db) {
        auto rows = db.all<Row>(event_letters +
                                    "AND dead_at >= $1 AND (dead_at > $1 OR 'event:' || consumer || ':' || event_id > "
                                    "$2) ORDER BY dead_at, id LIMIT $3",
                                from.dead_at, from.id, most);
        auto jobs = db.all<Row>(job_letters +
                                    "AND dead_at >= $1 AND (dead_at > $1 OR 'job:' || chassis_jobs.id > $2) ORDER BY "
                                    "dead_at, id LIMIT $3",
                                from.dead_at, from.id, most);
        std::ranges::move(jobs, std::back_inserter(rows));
        std::ranges::sort(rows, {}, [](const Row& row) { return std::tie(row.dead_at, row.id); });
        if (rows.size() > static_cast<std::size_t>(most)) rows.erase(rows.begin() + most, rows.end());
        std::vector<DeadLetter> found;
        for (Row& row : rows) found.push_back(to_letter(db, std::move(row)));
        return found;
    });
    co_return letters;
}

async::Task<std::optional<DeadLetter>> DeadLetters::find(std::string id) {
    std::optional<DeadLetter> letter = co_await database_.read([&](database::Connection& db) {
        auto row = find_row(db, id);
        return row ? std::optional(to_letter(db, std::move(*row))) : std::nullopt;
    });
    co_return letter;
}

async::Task<bool> DeadLetters::redrive(std::string id, std::string who) {
    bool redriven = co_await database_.write([&](database::Transaction& tx) {
        auto row = find_row(tx, id);
        if (!row) return false;
        if (row->dead_at < oldest_redrivable()) {
            throw Permanent("the dead letter " + id + " is too old to be redriven; it can only be skipped");
        }
        change(tx, *row, "waiting", clock_.now(), std::nullopt);
        audit(tx, clock_.now(), who, "redrive", id, "");
        return true;
    });
    if (redriven) wake_();
    co_return redriven;
}

// What dies again meanwhile has died later, and is left.
async::Task<std::size_t> DeadLetters::redrive_while_any(const char* sql, const std::string& who) {
    const base::Time now = clock_.now();
    const base::Time oldest = oldest_redrivable();
    std::size_t count = 0;
    std::size_t last = most_at_once;
    while (last == most_at_once) {
        last = co_await database_.write([&](database::Transaction& tx) {
            auto ids = tx.all<std::string>(sql, now, oldest, static_cast<std::int64_t>(most_at_once));
            for (const std::string& id : ids) audit(tx, now, who, "redrive", id, "all");
            return ids.size();
        });
        count += last;
        if (last > 0) wake_();
    }
    co_return count;
}

async::Task<int> DeadLetters::redrive_all(std::string who) {
    const std::size_t events = co_await redrive_while_any(
        "UPDATE chassis_inbox SET state = 'waiting', attempts = 0, next_attempt_at = $1, dead_at = NULL WHERE "
        "(consumer, event_id) IN (SELECT consumer, event_id FROM chassis_inbox WHERE state = 'dead' AND finished_at IS "
        "NULL AND dead_at BETWEEN $2 AND $1 ORDER BY dead_at LIMIT $3) "
        "RETURNING 'event:' || consumer || ':' || event_id",
        who);
    const std::size_t jobs = co_await redrive_while_any(
        "UPDATE chassis_jobs SET state = 'waiting', attempts = 0, next_attempt_at = $1, dead_at = NULL WHERE id IN "
        "(SELECT id FROM chassis_jobs WHERE state = 'dead' AND finished_at IS NULL AND dead_at BETWEEN $2 AND $1 ORDER "
        "BY dead_at LIMIT $3) RETURNING 'job:' || id",
        who);
    co_return static_cast<int>(events + jobs);
}

async::Task<bool> DeadLetters::skip(std::string id, std::string reason, std::string who) {
    bool skipped = co_await database_.write([&](database::Transaction& tx) {
        const base::Time now = clock_.now();
        const auto row = find_row(tx, id);
        if (!row) return false;
        change(tx, *row, "skipped", now, now);
        audit(tx, now, who, "skip", id, reason);
        return true;
    });
    if (skipped) wake_();
    co_return skipped;
}

}  // namespace chassis::messaging
