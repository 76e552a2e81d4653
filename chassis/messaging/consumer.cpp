#include "chassis/messaging/consumer.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "chassis/async/when_all.hpp"
#include "chassis/base/failpoint.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/messaging/inbox.hpp"
#include "chassis/telemetry/log.hpp"
#include "chassis/telemetry/trace.hpp"

namespace chassis::messaging {
namespace {

// The handling of an event continues its publisher's trace.
base::TraceContext continued(const std::string& traceparent) {
    return base::TraceContext::parse(traceparent).value_or(telemetry::begin_trace());
}

}  // namespace

EventHandler& Consumer::add(EventHandler handler) {
    std::string type = handler.type;
    auto [place, fresh] = handlers_.emplace(type, std::make_unique<EventHandler>(std::move(handler)));
    if (!fresh) throw std::logic_error("consumer " + name_ + " has two handlers for " + type);
    return *place->second;
}

std::optional<Consumer::Arrival> Consumer::arrive(const Message& message) const {
    Arrival arrival{.id = message.id, .type = "?", .key = message.key, .order_key = message.key, .body = message.body};
    examine(arrival);
    if (arrival.handler == nullptr && arrival.hopeless.empty()) return std::nullopt;
    if (arrival.handler != nullptr && arrival.handler->any_order) arrival.order_key = "any:" + arrival.id;
    return arrival;
}

void Consumer::examine(Arrival& arrival) const {
    try {
        CloudEvent event = parse_cloud_event(arrival.body);
        arrival.type = event.type;
        arrival.trace = event.trace.valid() ? event.trace.traceparent() : "";
        auto found = handlers_.find(event.type);
        if (found == handlers_.end()) return;
        if (event.version > found->second->version) {
            arrival.hopeless = event.type + " has major version " + std::to_string(event.version) +
                               "; this program knows " + std::to_string(found->second->version);
            return;
        }
        arrival.handler = found->second.get();
        arrival.data = std::move(event.data);
    } catch (const BadCloudEvent& error) {
        arrival.hopeless = error.what();
    }
}

void Consumer::handle(const Arrival& arrival, database::Transaction& tx) {
    if (arrival.handler == nullptr) {
        throw Permanent(arrival.hopeless.empty() ? "this program has no handler for " + arrival.type
                                                 : arrival.hopeless);
    }
    arrival.handler->handle(arrival.data, tx);
    base::failpoint("inbox.before_commit");
}

void Consumer::insert(database::Transaction& tx, const Arrival& arrival, std::string_view state, int attempts,
                      base::Time next_attempt_at, std::string_view error) {
    const base::Time now = clock_.now();
    const bool done = state == "done";
    tx.run(
        "INSERT INTO chassis_inbox (consumer, event_id, type, key, order_key, sequence, body, state, attempts, "
        "next_attempt_at, error, trace, received_at, dead_at, finished_at) VALUES ($1, $2, $3, $4, $5, "
        "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM chassis_inbox WHERE consumer = $1 AND order_key = $5 AND "
        "finished_at IS NULL), $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        name_, arrival.id, arrival.type, arrival.key, arrival.order_key, done ? std::string() : arrival.body, state,
        attempts, next_attempt_at, error, arrival.trace, now, state == "dead" ? std::optional(now) : std::nullopt,
        done ? std::optional(now) : std::nullopt);
}

// Nothing unfinished for the key: storing and handling are one transaction. Otherwise the row goes behind it.
async::Task<> Consumer::take(const Arrival& arrival) {
    telemetry::Span span(arrival.type + " process", telemetry::SpanKind::consumer, continued(arrival.trace));
    span.attribute("messaging.message.id", arrival.id);
    span.attribute("messaging.consumer.group.name", name_);
    bool handling = false;
    bool behind = false;
    std::exception_ptr failed;
    try {
        co_await database_.write([&](database::Transaction& tx) {
            handling = behind = false;
            if (tx.one<int>("SELECT 1 FROM chassis_inbox WHERE consumer = $1 AND event_id = $2", name_, arrival.id))
                return;
            behind = tx.one<int>(
                           "SELECT 1 FROM chassis_inbox WHERE consumer = $1 AND order_key = $2 AND finished_at IS "
                           "NULL LIMIT 1",
                           name_, arrival.order_key)
                         .has_value();
            if (behind) {
                insert(tx, arrival, "behind", 0, clock_.now(), "");
                return;
            }
            insert(tx, arrival, "done", 1, clock_.now(), "");
            // From here on what fails is the event's: the engine, too, judges what its handler did.
            handling = true;
            handle(arrival, tx);
        });
    } catch (...) {
        failed = std::current_exception();
    }
    if (!failed) base::failpoint("inbox.after_commit");
    if (failed) {
        const Verdict verdict = judge(arrival, handling, 1, failed);
        span.fail(verdict.error);
        co_await database_.write([&](database::Transaction& tx) {
            insert(tx, arrival, verdict.next.dead ? "dead" : "waiting", 1, verdict.next.at, verdict.error);
        });
    }
    if (failed || behind) base::failpoint("inbox.after_store");
    // The one in front lets those behind it go on.
    if (failed) bell_.notify();
}

// Throws it again when it is not the event that failed: nothing is stored, and the same comes again.
Consumer::Verdict Consumer::judge(const Arrival& arrival, bool handling, int attempts,
                                  const std::exception_ptr& error) const {
    if (!handling || is_database_away(error)) std::rethrow_exception(error);
    const int most =
        arrival.handler != nullptr && arrival.handler->attempts > 0 ? arrival.handler->attempts : settings_.attempts;
    Verdict verdict{after_failure(error, attempts, most, clock_.now(), settings_), message_of(error)};
    log_warning(verdict.next.dead ? "an event is a dead letter" : "an event is tried again later",
                {{"consumer", name_},
                 {"type", arrival.type},
                 {"event_id", arrival.id},
                 {"attempts", attempts},
                 {"error", verdict.error}});
    return verdict;
}

async::Task<> Consumer::take_in_order(std::vector<Arrival> of_one_key) {
    for (const Arrival& arrival : of_one_key) co_await take(arrival);
}

async::Task<> Consumer::run_receiving() {
    std::vector<std::string> topics;
    for (const auto& [type, handler] : handlers_) {
        if (std::ranges::find(topics, handler->topic) == topics.end()) topics.push_back(handler->topic);
    }
    subscription_ = broker_.subscribe(name_, std::move(topics));
    unsigned failures = 0;
    while (!stopping_) {
        bool failed = false;
        try {
            std::vector<Message> received =
                co_await subscription_->receive(static_cast<std::size_t>(settings_.batch), settings_.receive_wait);
            if (!received.empty()) {
                // Keys side by side, so that their transactions share a commit; within a key one after the other.
                std::map<std::string, std::vector<Arrival>> by_key;
                for (const Message& message : received) {
                    if (auto arrival = arrive(message)) by_key[arrival->order_key].push_back(std::move(*arrival));
                }
                std::vector<async::Task<>> keys;
                for (auto& [key, arrivals] : by_key) keys.push_back(take_in_order(std::move(arrivals)));
                co_await async::when_all(std::move(keys));
                base::failpoint("inbox.before_acknowledge");
                co_await subscription_->acknowledge();
            }
            failures = 0;
        } catch (const std::exception& error) {
            log_warning("a consumer could not receive; it goes on from what was acknowledged",
                        {{"consumer", name_}, {"error", error.what()}});
            failed = true;
            ++failures;
        }
        if (failed && !stopping_) co_await pause_.wait_for(resilience::backoff(failures, settings_.backoff));
    }
    co_await subscription_->close();
}

async::Task<> Consumer::stop() {
    stopping_ = true;
    bell_.notify();
    pause_.notify();
    if (subscription_) co_await subscription_->close();
}

// Those that are next of their keys and wait for their time, the first due in front.
async::Task<std::vector<Consumer::Row>> Consumer::heads() {
    std::vector<Row> rows = co_await database_.read([this](database::Connection& db) {
        return db.all<Row>(
            "SELECT event_id, order_key, body, attempts, next_attempt_at FROM chassis_inbox WHERE consumer = $1 AND "
            "state = 'waiting' AND finished_at IS NULL ORDER BY next_attempt_at LIMIT $2",
            name_, settings_.batch);
    });
    co_return rows;
}

async::Task<> Consumer::run_retrying() {
    unsigned failures = 0;
    while (!stopping_) {
        bool failed = false;
        std::optional<base::Time> next;
        try {
            std::vector<Row> rows = co_await heads();
            const base::Time now = clock_.now();
            std::vector<async::Task<>> due;
            for (Row& row : rows) {
                if (row.next_attempt_at > now) {
                    next = row.next_attempt_at;
                    break;
                }
                due.push_back(retry(std::move(row)));
            }
            if (!due.empty()) {
                co_await async::when_all(std::move(due));
                failures = 0;
                continue;
            }
        } catch (const std::exception& error) {
            log_warning("a consumer's retries could not be stored; they are tried again",
                        {{"consumer", name_}, {"error", error.what()}});
            failed = true;
            ++failures;
        }
        if (stopping_) break;
        if (failed) {
            co_await bell_.wait_for(resilience::backoff(failures, settings_.backoff));
        } else if (next) {
            co_await bell_.wait_for(*next - clock_.now());
        } else {
            co_await bell_.wait();
        }
    }
}

async::Task<> Consumer::retry(Row row) {
    Arrival arrival{.id = row.event_id, .type = "?", .order_key = row.order_key, .body = std::move(row.body)};
    examine(arrival);
    telemetry::Span span(arrival.type + " process", telemetry::SpanKind::consumer, continued(arrival.trace));
    span.attribute("messaging.message.id", arrival.id);
    span.attribute("messaging.consumer.group.name", name_);
    bool handling = false;
    std::exception_ptr failed;
    try {
        co_await database_.write([&](database::Transaction& tx) {
            handling = false;
            // An operator may have been there meanwhile.
            auto changed = tx.run(
                "UPDATE chassis_inbox SET state = 'done', attempts = attempts + 1, body = '', error = '', "
                "finished_at = $3 WHERE consumer = $1 AND event_id = $2 AND state = 'waiting'",
                name_, arrival.id, clock_.now());
            if (changed == 0) return;
            let_next_go_on(tx, name_, arrival.order_key, clock_.now());
            handling = true;
            handle(arrival, tx);
        });
    } catch (...) {
        failed = std::current_exception();
    }
    if (!failed) base::failpoint("inbox.after_commit");
    if (!failed) co_return;
    const Verdict verdict = judge(arrival, handling, row.attempts + 1, failed);
    span.fail(verdict.error);
    co_await database_.write([&](database::Transaction& tx) {
        tx.run(
            "UPDATE chassis_inbox SET state = $3, attempts = attempts + 1, next_attempt_at = $4, error = $5, dead_at = "
            "$6 "
            "WHERE consumer = $1 AND event_id = $2 AND state = 'waiting'",
            name_, arrival.id, verdict.next.dead ? "dead" : "waiting", verdict.next.at, verdict.error,
            verdict.next.dead ? std::optional(clock_.now()) : std::nullopt);
    });
    base::failpoint("inbox.after_store");
}

}  // namespace chassis::messaging
