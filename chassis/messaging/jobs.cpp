#include "chassis/messaging/jobs.hpp"

#include <algorithm>
#include <stdexcept>

#include "chassis/async/context.hpp"
#include "chassis/base/failpoint.hpp"
#include "chassis/base/uuid.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/messaging/failure.hpp"
#include "chassis/telemetry/log.hpp"
#include "chassis/telemetry/trace.hpp"

namespace chassis::messaging {

Jobs::Jobs(database::Database& database, const base::Clock& clock, const Settings& settings)
    : database_(database), clock_(clock), settings_(settings), owner_(base::to_string(base::Uuid::random())) {}

JobHandler& Jobs::add(JobHandler handler) {
    std::string type = handler.type;
    auto [place, fresh] = handlers_.emplace(type, std::make_unique<JobHandler>(std::move(handler)));
    if (!fresh) throw std::logic_error("the job " + type + " has two handlers");
    return *place->second;
}

void Jobs::store(database::Transaction& tx, std::span<const OutgoingJob> jobs) {
    const base::Time now = clock_.now();
    for (const OutgoingJob& job : jobs) {
        // Ids made on the writing thread ascend, so that jobs due at the same time run in the order of enqueue().
        tx.run(
            "INSERT INTO chassis_jobs (id, type, key, order_key, arguments, state, due_at, next_attempt_at, attempts, "
            "runs, owner, error, trace, created_at) VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $6, 0, 0, '', '', $7, "
            "$8)",
            base::Uuid::random(), job.type, job.key, job.type + ":" + job.key, job.arguments, job.when.value_or(now),
            job.trace.valid() ? job.trace.traceparent() : std::string(), now);
    }
    stored_ = true;
}

void Jobs::committed() noexcept {
    if (stored_.exchange(false)) bell_.notify();
}

void Jobs::stop() noexcept {
    stopping_ = true;
    bell_.notify();
}

// The file belongs to this process alone, so whoever was running these has ended.
async::Task<> Jobs::recover() {
    co_await database_.write([this](database::Transaction& tx) {
        tx.run("UPDATE chassis_jobs SET state = 'waiting', owner = '' WHERE state = 'running' AND owner <> $1", owner_);
    });
}

// Reads what is due and no further, however many jobs are scheduled for later.
async::Task<std::vector<std::string>> Jobs::due_heads(base::Time now, std::size_t most) {
    std::vector<std::string> due = co_await database_.read([&](database::Connection& db) {
        return db.all<std::string>(
            "SELECT id FROM chassis_jobs AS head WHERE finished_at IS NULL AND next_attempt_at <= $1 AND state = "
            "'waiting' "
            "AND NOT "
            "EXISTS (SELECT 1 FROM chassis_jobs AS earlier WHERE earlier.order_key = head.order_key AND "
            "earlier.finished_at IS NULL AND (earlier.due_at < head.due_at OR (earlier.due_at = head.due_at AND "
            "earlier.id < head.id))) ORDER BY next_attempt_at LIMIT $2",
            now, most);
    });
    co_return due;
}

async::Task<std::optional<base::Time>> Jobs::next_after(base::Time now) {
    std::optional<base::Time> next = co_await database_.read([&](database::Connection& db) {
        return db.one<base::Time>(
            "SELECT next_attempt_at FROM chassis_jobs WHERE finished_at IS NULL AND next_attempt_at > $1 "
            "AND state = 'waiting' ORDER BY next_attempt_at LIMIT 1",
            now);
    });
    co_return next;
}

// The attempt is counted before it begins: a run that takes the process down counts too.
async::Task<std::vector<Jobs::Claimed>> Jobs::claim(std::vector<std::string> ids) {
    std::vector<Claimed> claimed = co_await database_.write([&](database::Transaction& tx) {
        return tx.all<Claimed>(
            "UPDATE chassis_jobs SET state = 'running', owner = $2, attempts = attempts + 1, runs = runs + 1 "
            "WHERE id IN ($1) AND state = 'waiting' RETURNING id, type, arguments, trace, attempts, runs",
            database::in(ids), owner_);
    });
    co_return claimed;
}

async::Task<> Jobs::run() {
    unsigned failures = 0;
    bool recovered = false;
    while (!stopping_) {
        bool failed = false;
        bool more = false;
        std::optional<base::Time> next;
        try {
            if (!recovered) co_await recover();
            recovered = true;
            const base::Time now = clock_.now();
            // Where there is no room, whoever ends rings the bell.
            const std::size_t room = static_cast<std::size_t>(settings_.jobs_at_once) - running_.size();
            std::vector<std::string> ids = co_await due_heads(now, room);
            if (ids.empty()) next = co_await next_after(now);
            if (!ids.empty()) {
                std::vector<Claimed> claimed = co_await claim(std::move(ids));
                for (Claimed& job : claimed) running_.spawn(work(std::move(job)));
                more = true;
            }
            failures = 0;
        } catch (const std::exception& error) {
            log_warning("jobs could not be started; they are tried again", {{"error", error.what()}});
            failed = true;
            ++failures;
        }
        if (stopping_) break;
        if (failed) {
            co_await bell_.wait_for(resilience::backoff(failures, settings_.backoff));
        } else if (next && !more) {
            co_await bell_.wait_for(*next - clock_.now());
        } else if (!more) {
            co_await bell_.wait();
        }
    }
    co_await running_.join();
}

async::Task<> Jobs::work(Claimed job) {
    telemetry::Span span("job " + job.type, telemetry::SpanKind::consumer,
                         base::TraceContext::parse(job.trace).value_or(telemetry::begin_trace()));
    span.attribute("job.id", job.id);
    span.attribute("job.run", job.runs);
    auto handler = handlers_.find(job.type);
    const bool known = handler != handlers_.end();
    const int most = known && handler->second->attempts > 0 ? handler->second->attempts : settings_.attempts;
    std::exception_ptr failed;
    if (!known) {
        failed = std::make_exception_ptr(Permanent("this program has no job " + job.type));
    } else if (job.attempts > most) {
        failed = std::make_exception_ptr(Permanent("the process ended in each of " + std::to_string(most) + " runs"));
    } else {
        failed = co_await attempt(job, *handler->second);
    }
    if (failed) {
        span.fail(message_of(failed));
        co_await put_back(job, failed, most);
    }
    bell_.notify();
}

async::Task<std::exception_ptr> Jobs::attempt(const Claimed& job, JobHandler& handler) {
    JobHandler::Settle store_outcome;
    std::exception_ptr failed;
    try {
        async::Context limited = *async::Context::current();
        limited.deadline = async::Context::Clock::now() + settings_.job_time;
        async::Context::Scope scope(limited);
        base::failpoint("job.before_run");
        auto running = handler.run(job.arguments, JobRun{job.id, job.runs});
        JobHandler::Settle outcome = co_await running;
        store_outcome = std::move(outcome);
        base::failpoint("job.after_run");
    } catch (...) {
        failed = std::current_exception();
    }
    if (failed) co_return failed;
    std::exception_ptr unsettled = co_await settle(job, store_outcome);
    co_return unsettled;
}

// What was done is done: while the database cannot take the outcome, storing it is tried again, not doing it.
async::Task<std::exception_ptr> Jobs::settle(const Claimed& job, JobHandler::Settle& store_outcome) {
    for (unsigned failures = 1;; ++failures) {
        std::exception_ptr failed;
        try {
            co_await database_.write([&](database::Transaction& tx) {
                auto finished = tx.run(
                    "UPDATE chassis_jobs SET state = 'done', error = '', finished_at = $3 WHERE id = $1 "
                    "AND state = 'running' AND owner = $2",
                    job.id, owner_, clock_.now());
                if (finished == 0) throw std::logic_error("the job " + job.id + " is not ours any more");
                store_outcome(tx);
            });
            base::failpoint("job.after_commit");
        } catch (...) {
            failed = std::current_exception();
        }
        if (!failed || !is_database_away(failed) || stopping_) co_return failed;
        log_warning("a job's outcome could not be stored; it is tried again",
                    {{"job", job.type}, {"id", job.id}, {"error", message_of(failed)}});
        co_await async::sleep_for(resilience::backoff(failures, settings_.backoff));
    }
}

async::Task<> Jobs::put_back(const Claimed& job, std::exception_ptr error, int most_attempts) {
    const NextAttempt next = after_failure(error, job.attempts, most_attempts, clock_.now(), settings_);
    const std::string message = message_of(error);
    log_warning(next.dead ? "a job is a dead letter" : "a job is tried again later",
                {{"job", job.type}, {"id", job.id}, {"attempts", job.attempts}, {"error", message}});
    for (unsigned failures = 1; !stopping_ || failures == 1; ++failures) {
        bool stored = false;
        try {
            co_await database_.write([&](database::Transaction& tx) {
                tx.run(
                    "UPDATE chassis_jobs SET state = $3, owner = '', next_attempt_at = $4, error = $5, dead_at = $6 "
                    "WHERE "
                    "id = $1 AND state = 'running' AND owner = $2",
                    job.id, owner_, next.dead ? "dead" : "waiting", next.at, message,
                    next.dead ? std::optional(clock_.now()) : std::nullopt);
            });
            stored = true;
        } catch (const std::exception& again) {
            log_warning("a failed job could not be put back; it is tried again",
                        {{"id", job.id}, {"error", again.what()}});
        }
        if (stored) co_return;
        co_await async::sleep_for(resilience::backoff(failures, settings_.backoff));
    }
}

}  // namespace chassis::messaging
