#include "services/broker/log.hpp"

#include <zlib.h>

#include <algorithm>

#include "chassis/messaging/lanes.hpp"

namespace broker {

namespace {

// The lengths are part of it: "ab" + "c" is not "a" + "bc".
std::int64_t checksum_of(std::string_view id, std::string_view key, std::string_view body) {
    uLong sum = crc32(0, nullptr, 0);
    for (const auto text : {id, key, body}) {
        const std::string length = std::to_string(text.size()) + ":";
        sum = crc32(sum, reinterpret_cast<const Bytef*>(length.data()), static_cast<uInt>(length.size()));
        sum = crc32(sum, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    }
    return static_cast<std::int64_t>(sum);
}

// In memory at once, however large they are.
constexpr std::size_t most_rows = 32;

struct Row {
    std::int64_t position;
    std::string id;
    std::string key;
    std::string body;
    std::int64_t checksum;
};

}  // namespace

Positions append(chassis::Transaction& tx, std::span<const Message> messages, chassis::base::Time now) {
    Positions last;
    for (const auto& message : messages) {
        if (tx.one<std::int64_t>("SELECT 1 FROM records WHERE topic = $1 AND id = $2", message.topic, message.id))
            continue;
        const int lane = static_cast<int>(chassis::messaging::lane_of(message.key));
        const auto position = tx.one<std::int64_t>(
            "INSERT INTO heads (topic, lane, position) VALUES ($1, $2, 1) "
            "ON CONFLICT (topic, lane) DO UPDATE SET position = heads.position + 1 RETURNING position",
            message.topic, lane);
        tx.run(
            "INSERT INTO records (topic, lane, position, id, key, body, checksum, appended_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            message.topic, lane, *position, message.id, message.key, message.body,
            checksum_of(message.id, message.key, message.body), now);
        last[{message.topic, lane}] = *position;
    }
    return last;
}

std::size_t size_of(const Message& message) { return message.id.size() + message.key.size() + message.body.size(); }

std::vector<Delivery> read(chassis::Connection& db, const Lane& lane, std::int64_t after, std::size_t most,
                           std::size_t most_bytes) {
    std::vector<Delivery> deliveries;
    std::size_t bytes = 0;
    while (deliveries.size() < most && bytes < most_bytes) {
        const std::size_t asked = std::min(most - deliveries.size(), most_rows);
        auto rows = db.all<Row>(
            "SELECT position, id, key, body, checksum FROM records WHERE topic = $1 AND lane = $2 AND position > $3 "
            "ORDER BY position LIMIT $4",
            lane.topic, lane.lane, after, static_cast<std::int64_t>(asked));
        for (auto& row : rows) {
            Place place{lane.topic, lane.lane, row.position};
            if (checksum_of(row.id, row.key, row.body) != row.checksum) {
                if (deliveries.empty()) throw CorruptRecord(place);
                return deliveries;
            }
            after = row.position;
            deliveries.push_back(
                {std::move(place), {std::move(row.id), lane.topic, std::move(row.key), std::move(row.body)}});
            bytes += size_of(deliveries.back().message);
            if (bytes >= most_bytes) return deliveries;
        }
        if (rows.size() < asked) break;
    }
    return deliveries;
}

void acknowledge(chassis::Transaction& tx, std::string_view group, std::span<const Place> places) {
    for (const auto& place : places) {
        tx.run(
            "INSERT INTO acknowledged (group_name, topic, lane, position) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (group_name, topic, lane) DO UPDATE SET position = $4 WHERE acknowledged.position < $4",
            group, place.topic, place.lane, place.position);
    }
}

void subscribe(chassis::Transaction& tx, std::string_view group, std::span<const std::string> topics) {
    for (const auto& topic : topics) {
        tx.run("INSERT INTO subscriptions (group_name, topic) VALUES ($1, $2) ON CONFLICT DO NOTHING", group, topic);
    }
}

bool forget(chassis::Transaction& tx, std::string_view group) {
    const auto subscriptions = tx.run("DELETE FROM subscriptions WHERE group_name = $1", group);
    return tx.run("DELETE FROM acknowledged WHERE group_name = $1", group) + subscriptions > 0;
}

std::vector<std::string> subscribers(chassis::Connection& db) {
    return db.all<std::string>("SELECT DISTINCT group_name FROM subscriptions");
}

Positions heads(chassis::Connection& db) {
    struct Head {
        std::string topic;
        int lane;
        std::int64_t position;
    };
    Positions all;
    for (const auto& head : db.all<Head>("SELECT topic, lane, position FROM heads")) {
        all[{head.topic, head.lane}] = head.position;
    }
    return all;
}

std::map<std::string, Positions> acknowledged(chassis::Connection& db) {
    struct Acknowledged {
        std::string group_name;
        std::string topic;
        int lane;
        std::int64_t position;
    };
    std::map<std::string, Positions> all;
    for (const auto& row : db.all<Acknowledged>("SELECT group_name, topic, lane, position FROM acknowledged")) {
        all[row.group_name][{row.topic, row.lane}] = row.position;
    }
    return all;
}

std::int64_t trim(chassis::Transaction& tx, chassis::base::Time now, std::chrono::minutes remember,
                  std::chrono::hours keep) {
    const auto done = tx.run(
        "DELETE FROM records WHERE appended_at < $1 "
        "AND EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.topic = records.topic) "
        "AND NOT EXISTS (SELECT 1 FROM subscriptions LEFT JOIN acknowledged "
        "ON acknowledged.group_name = subscriptions.group_name AND acknowledged.topic = records.topic "
        "AND acknowledged.lane = records.lane "
        "WHERE subscriptions.topic = records.topic AND COALESCE(acknowledged.position, 0) < records.position)",
        now - remember);
    const auto unwanted = tx.run(
        "DELETE FROM records WHERE appended_at < $1 "
        "AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.topic = records.topic)",
        now - keep);
    return done + unwanted;
}

}  // namespace broker
