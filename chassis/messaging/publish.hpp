// Transaction::publish, enqueue and schedule: what is said inside a transaction happens when, and only when, it
// commits.
//
//     co_await database.write([&](Transaction& tx) {
//         tx.run("UPDATE orders SET state = 'paid' WHERE id = $1", id);
//         tx.publish(OrderPaid{id});
//         tx.enqueue(SendReceipt{id});
//         tx.schedule(clock.now() + 15min, ReleaseReservation{id});
//     });
//
// The database needs a Messaging on it; without one the transaction fails rather than lose what it said.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chassis/base/trace_context.hpp"
#include "chassis/database/connection.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/model/json.hpp"

namespace chassis::messaging {

struct OutgoingEvent {
    std::string topic;
    std::string type;
    int version;
    std::string key;
    std::string data;
    base::TraceContext trace{};
};

struct OutgoingJob {
    std::string type;
    std::string key;
    std::string arguments;
    std::optional<base::Time> when;
    base::TraceContext trace{};
};

/// What one closure has published and enqueued; the outbox stores it just before the commit.
struct Outgoing {
    std::vector<OutgoingEvent> events;
    std::vector<OutgoingJob> jobs;
    bool stored = false;

    /// Throws std::logic_error when nobody stored it.
    void check_before_commit() const;
};

/// Both remember the trace of the current Context.
void add_outgoing(database::Transaction& tx, OutgoingEvent event);
void add_outgoing(database::Transaction& tx, OutgoingJob job);

}  // namespace chassis::messaging

namespace chassis::database {

template <class E>
void Transaction::publish(const E& event) {
    static_assert(messaging::Event<E>, "an event has a static event_type and a member function event_key()");
    messaging::add_outgoing(
        *this, messaging::OutgoingEvent{std::string(messaging::topic_of<E>()), std::string(E::event_type),
                                        messaging::version_of<E>(), event.event_key(), model::to_json(event)});
}

template <class J>
void Transaction::enqueue(const J& job) {
    static_assert(messaging::Job<J>, "a job has a static job_type and a member function job_key()");
    messaging::add_outgoing(
        *this, messaging::OutgoingJob{std::string(J::job_type), job.job_key(), model::to_json(job), std::nullopt});
}

template <class J>
void Transaction::schedule(base::Time when, const J& job) {
    static_assert(messaging::Job<J>, "a job has a static job_type and a member function job_key()");
    messaging::add_outgoing(*this,
                            messaging::OutgoingJob{std::string(J::job_type), job.job_key(), model::to_json(job), when});
}

}  // namespace chassis::database
