// Events on their way in, for one consumer: stored once, then handled in order within each key.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/async/signal.hpp"
#include "chassis/database/database.hpp"
#include "chassis/messaging/broker.hpp"
#include "chassis/messaging/cloud_event.hpp"
#include "chassis/messaging/failure.hpp"
#include "chassis/messaging/settings.hpp"

namespace chassis::messaging {

/// How one type of event is handled by one consumer.
struct EventHandler {
    std::string topic;
    std::string type;
    int version = 1;
    bool any_order = false;
    int attempts = 0;
    /// Parses `data` and handles it; throws what ends the attempt.
    std::move_only_function<void(std::string_view data, database::Transaction& tx)> handle;
};

class Consumer {
  public:
    Consumer(std::string name, database::Database& database, Broker& broker, const base::Clock& clock,
             const Settings& settings)
        : name_(std::move(name)), database_(database), broker_(broker), clock_(clock), settings_(settings) {}

    /// Before run(); a type has one handler. The reference stays valid.
    EventHandler& add(EventHandler handler);
    [[nodiscard]] const std::string& name() const { return name_; }

    /// Stores and acknowledges what the broker delivers, handling at once what nothing holds up, until stop().
    async::Task<> run_receiving();
    /// Handles what has to be tried again or waited for its key, until stop().
    async::Task<> run_retrying();
    async::Task<> stop();
    /// Something may be due: a row was redriven, the clock was moved. On any thread.
    void wake() noexcept { bell_.notify(); }

  private:
    // A message as the inbox wants it. A message that cannot be handled has a reason and no handler.
    struct Arrival {
        std::string id;
        std::string type{};
        std::string key{};
        std::string order_key{};
        std::string body{};
        std::string data{};
        std::string trace{};
        std::string hopeless{};
        EventHandler* handler = nullptr;
    };
    // A row whose turn it is.
    struct Row {
        std::string event_id;
        std::string order_key;
        std::string body;
        int attempts;
        base::Time next_attempt_at;
    };

    // What becomes of a failed attempt.
    struct Verdict {
        NextAttempt next;
        std::string error;
    };

    /// Nothing when this consumer has no use for it.
    std::optional<Arrival> arrive(const Message& message) const;
    void examine(Arrival& arrival) const;
    async::Task<> take_in_order(std::vector<Arrival> of_one_key);
    async::Task<> take(const Arrival& arrival);
    Verdict judge(const Arrival& arrival, bool handling, int attempts, const std::exception_ptr& error) const;
    async::Task<std::vector<Row>> heads();
    async::Task<> retry(Row row);
    void handle(const Arrival& arrival, database::Transaction& tx);
    void insert(database::Transaction& tx, const Arrival& arrival, std::string_view state, int attempts,
                base::Time next_attempt_at, std::string_view error);

    const std::string name_;
    database::Database& database_;
    Broker& broker_;
    const base::Clock& clock_;
    const Settings& settings_;
    std::map<std::string, std::unique_ptr<EventHandler>, std::less<>> handlers_;
    std::unique_ptr<Subscription> subscription_;
    async::Signal bell_;
    async::Signal pause_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace chassis::messaging
