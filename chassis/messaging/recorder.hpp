// For tests of what a closure publishes: takes the place of Messaging on a database, sends nothing and remembers all.
//
//     Recorder recorder(*database);
//     database->write_blocking([&](Transaction& tx) { place(tx, order); });
//     EXPECT_EQ(recorder.events<OrderCreated>().at(0).order_id, order.id);
#pragma once

#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/database/database.hpp"
#include "chassis/messaging/publish.hpp"
#include "chassis/model/json.hpp"

namespace chassis::messaging {

class Recorder {
  public:
    explicit Recorder(database::Database& database)
        : hook_(database.before_commit([this](database::Transaction& tx) { record(tx); })) {}

    /// The events of this type that have been published so far, in order.
    template <class E>
    std::vector<E> events() {
        const std::lock_guard guard(mutex_);
        std::vector<E> found;
        for (const auto& event : events_) {
            if (event.type == E::event_type) found.push_back(model::from_json<E>(event.data));
        }
        return found;
    }

    /// The jobs of this type that have been enqueued or scheduled so far, in order.
    template <class J>
    std::vector<J> jobs() {
        const std::lock_guard guard(mutex_);
        std::vector<J> found;
        for (const auto& job : jobs_) {
            if (job.type == J::job_type) found.push_back(model::from_json<J>(job.arguments));
        }
        return found;
    }

  private:
    void record(database::Transaction& tx) {
        auto* outgoing = tx.find_state<Outgoing>();
        if (outgoing == nullptr) return;
        const std::lock_guard guard(mutex_);
        events_.insert(events_.end(), outgoing->events.begin(), outgoing->events.end());
        jobs_.insert(jobs_.end(), outgoing->jobs.begin(), outgoing->jobs.end());
        outgoing->stored = true;
    }

    std::mutex mutex_;
    std::vector<OutgoingEvent> events_;
    std::vector<OutgoingJob> jobs_;
    database::Database::Hook hook_;
};

}  // namespace chassis::messaging
