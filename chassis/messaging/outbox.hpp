// Events on their way out: stored in the transaction that published them, then sent in order and forgotten.
#pragma once

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "chassis/async/signal.hpp"
#include "chassis/database/database.hpp"
#include "chassis/messaging/broker.hpp"
#include "chassis/messaging/publish.hpp"
#include "chassis/messaging/settings.hpp"

namespace chassis::messaging {

class Outbox {
  public:
    Outbox(database::Database& database, Broker& broker, const base::Clock& clock, const Settings& settings)
        : database_(database), broker_(broker), clock_(clock), settings_(settings) {}

    /// Inside the publishing transaction, last: numbers the events within their lanes, the lanes in ascending order. On
    /// an engine with several writers the lane's row is locked from here to the commit, so numbers follow commits.
    /// Throws Permanent for an event that is too large (event.hpp).
    void store(database::Transaction& tx, std::span<const OutgoingEvent> events);

    /// After each durable commit, on any thread.
    void committed() noexcept;

    /// Sends until stop(): each lane in number order, never past a row that the broker has not confirmed.
    async::Task<> run();
    void stop() noexcept;

  private:
    struct Row {
        std::int64_t lane;
        std::int64_t number;
        std::string id;
        std::string topic;
        std::string key;
        std::string body;
    };

    async::Task<bool> send_batch();
    async::Task<std::vector<Row>> next_rows();

    database::Database& database_;
    Broker& broker_;
    const base::Clock& clock_;
    const Settings& settings_;
    async::Signal bell_;
    std::atomic<bool> stored_ = false;
    std::atomic<bool> stopping_ = false;
    // The lane to begin with, so that a busy one does not keep the others waiting.
    std::int64_t next_lane_ = 0;
};

}  // namespace chassis::messaging
