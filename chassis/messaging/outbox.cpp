#include "chassis/messaging/outbox.hpp"

#include <map>

#include "chassis/base/failpoint.hpp"
#include "chassis/base/uuid.hpp"
#include "chassis/messaging/cloud_event.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/messaging/lanes.hpp"
#include "chassis/telemetry/log.hpp"

namespace chassis::messaging {
namespace {

void check_size(const OutgoingEvent& event) {
    auto check = [&](const char* what, std::size_t size, std::size_t most) {
        if (size <= most) return;
        throw Permanent("the " + std::string(what) + " of an event " + event.type + " has " + std::to_string(size) +
                        " bytes; " + std::to_string(most) + " are allowed");
    };
    check("data", event.data.size(), most_data);
    check("key", event.key.size(), most_key);
}

}  // namespace

void Outbox::store(database::Transaction& tx, std::span<const OutgoingEvent> events) {
    std::map<std::int64_t, std::vector<const OutgoingEvent*>> by_lane;
    for (const auto& event : events) {
        check_size(event);
        by_lane[lane_of(event.key)].push_back(&event);
    }
    const base::Time now = clock_.now();
    for (const auto& [lane, in_lane] : by_lane) {
        auto count = static_cast<std::int64_t>(in_lane.size());
        std::int64_t number =
            *tx.one<std::int64_t>(
                "INSERT INTO chassis_outbox_lanes (lane, last_number) VALUES ($1, $2) ON CONFLICT (lane) "
                "DO UPDATE SET last_number = chassis_outbox_lanes.last_number + $2 RETURNING last_number",
                lane, count) -
            count;
        for (const OutgoingEvent* event : in_lane) {
            std::string id = base::to_string(base::Uuid::random());
            std::string body = to_json(CloudEvent{.id = id,
                                                  .source = settings_.source,
                                                  .type = event->type,
                                                  .time = now,
                                                  .key = event->key,
                                                  .version = event->version,
                                                  .trace = event->trace,
                                                  .data = event->data});
            tx.run(
                "INSERT INTO chassis_outbox (lane, number, id, topic, key, body, created_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                lane, ++number, id, event->topic, event->key, body, now);
        }
    }
    stored_ = true;
}

void Outbox::committed() noexcept {
    if (stored_.exchange(false)) bell_.notify();
}

void Outbox::stop() noexcept {
    stopping_ = true;
    bell_.notify();
}

async::Task<> Outbox::run() {
    unsigned failures = 0;
    while (!stopping_) {
        bool sent = false;
        bool failed = false;
        try {
            sent = co_await send_batch();
            failures = 0;
        } catch (const std::exception& error) {
            log_warning("the outbox could not send; it goes on with the same events", {{"error", error.what()}});
            failed = true;
            ++failures;
        }
        if (stopping_) break;
        if (failed) {
            co_await bell_.wait_for(resilience::backoff(failures, settings_.backoff));
        } else if (!sent) {
            co_await bell_.wait();
        }
    }
}

async::Task<std::vector<Outbox::Row>> Outbox::next_rows() {
    std::vector<Row> rows = co_await database_.read([this](database::Connection& db) {
        constexpr auto select =
            "SELECT lane, number, id, topic, key, body FROM chassis_outbox WHERE lane >= $1 ORDER BY lane, number "
            "LIMIT $2";
        auto found = db.all<Row>(select, next_lane_, settings_.batch);
        if (found.empty() && next_lane_ > 0) found = db.all<Row>(select, 0, settings_.batch);
        return found;
    });
    co_return rows;
}

async::Task<bool> Outbox::send_batch() {
    std::vector<Row> rows = co_await next_rows();
    if (rows.empty()) co_return false;
    std::vector<Message> messages;
    std::map<std::int64_t, std::int64_t> last_numbers;
    for (Row& row : rows) {
        last_numbers[row.lane] = row.number;
        messages.push_back({std::move(row.id), std::move(row.topic), std::move(row.key), std::move(row.body)});
    }
    base::failpoint("outbox.before_publish");
    co_await broker_.publish(std::move(messages));
    base::failpoint("outbox.after_confirm");
    co_await database_.write([&](database::Transaction& tx) {
        for (auto [lane, number] : last_numbers) {
            tx.run("DELETE FROM chassis_outbox WHERE lane = $1 AND number <= $2", lane, number);
        }
    });
    next_lane_ = last_numbers.rbegin()->first + 1;
    co_return true;
}

}  // namespace chassis::messaging
