// The log on the disk: records by topic and lane, and what each group has acknowledged of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "chassis/messaging/broker_wire.hpp"

namespace broker {

using chassis::messaging::Message;
using chassis::messaging::wire::Delivery;
using chassis::messaging::wire::Place;

// A topic's lane.
struct Lane {
    std::string topic;
    int lane;
    auto operator<=>(const Lane&) const = default;
};

using Positions = std::map<Lane, std::int64_t>;

// A record whose bytes are no longer those that were stored. It is not delivered, and neither is what follows it in its
// lane.
struct CorruptRecord : std::runtime_error {
    explicit CorruptRecord(const Place& place)
        : std::runtime_error("record " + std::to_string(place.position) + " of lane " + std::to_string(place.lane) +
                             " of topic " + place.topic + " does not fit its checksum"),
          place(place) {}
    Place place;
};

// Appends what the log does not hold yet, in the order given, and returns the new last position of each lane touched.
Positions append(chassis::Transaction& tx, std::span<const Message> messages, chassis::base::Time now);

// Id, key and body.
std::size_t size_of(const Message& message);

// At most `most` records of the lane after `after`, in order, and none after the one that fills `most_bytes`. Stops
// before a record that does not fit its checksum; throws CorruptRecord when that is the first.
std::vector<Delivery> read(chassis::Connection& db, const Lane& lane, std::int64_t after, std::size_t most,
                           std::size_t most_bytes);

// Everything up to each place is done with for this group; it never goes back.
void acknowledge(chassis::Transaction& tx, std::string_view group, std::span<const Place> places);

void subscribe(chassis::Transaction& tx, std::string_view group, std::span<const std::string> topics);
// What it subscribed to and acknowledged. False when there was nothing.
bool forget(chassis::Transaction& tx, std::string_view group);

// The groups that subscribe to anything.
std::vector<std::string> subscribers(chassis::Connection& db);

Positions heads(chassis::Connection& db);
std::map<std::string, Positions> acknowledged(chassis::Connection& db);

// Deletes what every group of its topic has acknowledged and is older than `remember` (so long a second publish of the
// same message is recognised), and what nobody subscribes to and is older than `keep`. Returns how many records went.
std::int64_t trim(chassis::Transaction& tx, chassis::base::Time now, std::chrono::minutes remember,
                  std::chrono::hours keep);

}  // namespace broker
