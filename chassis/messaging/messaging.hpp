// Events and jobs of one service, on its database and a broker.
//
//     Messaging messaging(database, broker, system_clock(), {.source = "/payment"});
//     messaging.on<OrderCreated>("payment", [](const OrderCreated& event, Transaction& tx) {
//         tx.run("INSERT INTO payments ...");
//         tx.enqueue(ChargeCard{event.order_id});
//     });
//     messaging.job<ChargeCard>(charge, [](const ChargeCard& job, const Charged& result, Transaction& tx) { ... });
//     messaging.start(loop);
//     ...
//     co_await messaging.stop();
//
// A handler runs inside the transaction that notes the event as handled: however often the event is delivered and the
// process is killed, its effect happens once, in order within the event's key. It calls nobody outside; for that it
// enqueues a job. A job's coroutine runs at least once and may run again after a crash; its settle function runs once
// in effect. Of one type and key one job runs at a time, in order of the times they were due.
//
// What throws is tried again with growing pauses, then it is a dead letter (dead_letters.hpp); `Permanent` and data
// that does not parse are so at once. A dead letter holds the later ones of its key.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "chassis/async/loop.hpp"
#include "chassis/async/task_group.hpp"
#include "chassis/database/database.hpp"
#include "chassis/messaging/broker.hpp"
#include "chassis/messaging/consumer.hpp"
#include "chassis/messaging/dead_letters.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/messaging/jobs.hpp"
#include "chassis/messaging/outbox.hpp"
#include "chassis/messaging/publish.hpp"
#include "chassis/messaging/settings.hpp"

namespace chassis::messaging {

/// How much there is, and how old the oldest of it is.
struct Depth {
    std::int64_t count = 0;
    std::chrono::microseconds oldest{0};
};

/// For metrics and for whoever asks whether anything is under way.
struct Figures {
    Depth outbox;
    /// Events not yet handled; with the dead letters among them.
    Depth inbox;
    /// Jobs not yet done; with the dead letters among them. A job scheduled for later is not old before its time.
    Depth jobs;
    std::int64_t jobs_due = 0;
    Depth dead_events;
    Depth dead_jobs;
};

/// What on() and job() give back, to say more: on<E>(...).any_order().attempts(5).
class HandlerOptions {
  public:
    explicit HandlerOptions(EventHandler& handler) : handler_(handler) {}
    /// The events of a key need not wait for each other.
    HandlerOptions any_order() const {
        handler_.any_order = true;
        return *this;
    }
    /// Failed attempts until it is a dead letter.
    HandlerOptions attempts(int most) const {
        handler_.attempts = most;
        return *this;
    }

  private:
    EventHandler& handler_;
};

class JobOptions {
  public:
    explicit JobOptions(JobHandler& handler) : handler_(handler) {}
    JobOptions attempts(int most) const {
        handler_.attempts = most;
        return *this;
    }

  private:
    JobHandler& handler_;
};

class Messaging {
  public:
    /// Brings the database's messaging tables up to date (it blocks) and takes over publish, enqueue and schedule. The
    /// database, the broker and the clock outlive it. Throws std::invalid_argument for settings that do not fit
    /// together.
    Messaging(database::Database& database, Broker& broker, const base::Clock& clock, Settings settings);
    /// It was stopped, or never started.
    ~Messaging();
    Messaging(const Messaging&) = delete;
    Messaging& operator=(const Messaging&) = delete;

    /// `handler` is called as (const E&, Transaction&), on the database's thread. `consumer` names who receives: each
    /// consumer receives every event once. Before start().
    template <class E, class F>
    HandlerOptions on(std::string consumer, F handler) {
        static_assert(Event<E>, "an event has a static event_type and a member function event_key()");
        static_assert(std::is_invocable_v<F&, const E&, database::Transaction&>,
                      "an event handler is called as (const Event&, Transaction&)");
        static_assert(std::is_void_v<std::invoke_result_t<F&, const E&, database::Transaction&>>,
                      "an event handler is a plain function that returns nothing; what waits belongs into a job");
        return HandlerOptions(add(std::move(consumer),
                                  EventHandler{.topic = std::string(topic_of<E>()),
                                               .type = std::string(E::event_type),
                                               .version = version_of<E>(),
                                               .handle = [handler = std::move(handler)](
                                                             std::string_view data, database::Transaction& tx) mutable {
                                                   handler(model::from_json<E>(data, {"data"}), tx);
                                               }}));
    }

    /// `run` is a coroutine, called as (const J&) or (const J&, JobRun), outside of any transaction, under a deadline.
    /// `settle` is called as (const J&, const Result&, Transaction&), or without the result when there is none, in the
    /// transaction that notes the job as done. Before start().
    template <class J, class Run, class Settle>
    JobOptions job(Run run, Settle settle) {
        static_assert(Job<J>, "a job has a static job_type and a member function job_key()");
        return JobOptions(add(JobHandler{
            .type = std::string(J::job_type),
            .run = [run = std::move(run), settle = std::move(settle)](std::string arguments, JobRun which) mutable {
                return run_job<J>(run, settle, std::move(arguments), std::move(which));
            }}));
    }
    /// A job whose doing is all there is to it.
    template <class J, class Run>
    JobOptions job(Run run) {
        return job<J>(std::move(run), [](const J&, database::Transaction&) {});
    }

    /// Begins to send, receive, retry and run jobs, on this loop.
    void start(async::Loop& loop);
    /// On that loop: takes nothing new, ends when what runs has ended.
    async::Task<> stop();
    /// Looks for what has become due: after an injected clock was moved. On any thread.
    void wake() noexcept;

    [[nodiscard]] DeadLetters& dead_letters() { return dead_letters_; }
    async::Task<Figures> figures();
    /// Forgets what is older than the settings say; it also happens by itself.
    async::Task<> trim();

  private:
    template <class J, class Run, class Settle>
    static async::Task<JobHandler::Settle> run_job(Run& run, Settle& settle, std::string arguments, JobRun which);

    EventHandler& add(std::string consumer, EventHandler handler);
    JobHandler& add(JobHandler handler);
    void before_commit(database::Transaction& tx);
    async::Task<> run_all();
    async::Task<> run_trimming();
    async::Task<> delete_while_any(const char* sql, base::Time before);

    database::Database& database_;
    Broker& broker_;
    const base::Clock& clock_;
    const Settings settings_;
    Outbox outbox_;
    Jobs jobs_;
    std::vector<std::unique_ptr<Consumer>> consumers_;
    DeadLetters dead_letters_;
    async::TaskGroup running_;
    async::Signal trim_bell_;
    async::Signal ended_;
    bool started_ = false;
    bool stopping_ = false;
    database::Database::Hook before_commit_;
    database::Database::Hook after_commit_;
};

namespace detail {

template <class Settle, class J, class... Result>
JobHandler::Settle settle_later(Settle& settle, std::unique_ptr<J> job, std::unique_ptr<Result>... result) {
    return [&settle, job = std::move(job), ... result = std::move(result)](database::Transaction& tx) {
        settle(*job, *result..., tx);
    };
}

}  // namespace detail

template <class J, class Run, class Settle>
async::Task<JobHandler::Settle> Messaging::run_job(Run& run, Settle& settle, std::string arguments, JobRun which) {
    auto job = std::make_unique<J>(model::from_json<J>(arguments, {"arguments"}));
    auto call = [&] {
        if constexpr (std::is_invocable_v<Run&, const J&, JobRun>) {
            return run(*job, std::move(which));
        } else {
            static_assert(std::is_invocable_v<Run&, const J&>,
                          "a job is called as (const Job&) or (const Job&, JobRun)");
            return run(*job);
        }
    };
    using Result = typename decltype(call())::value_type;
    auto task = call();
    // The closure is made by a plain function: GCC 12 destroys one that is a temporary of a co_return twice.
    JobHandler::Settle stored;
    if constexpr (std::is_void_v<Result>) {
        co_await task;
        stored = detail::settle_later(settle, std::move(job));
    } else {
        Result result = co_await task;
        stored = detail::settle_later(settle, std::move(job), std::make_unique<Result>(std::move(result)));
    }
    co_return stored;
}

}  // namespace chassis::messaging

namespace chassis {
using messaging::JobRun;
using messaging::Messaging;
}  // namespace chassis
