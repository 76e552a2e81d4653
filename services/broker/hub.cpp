#include "services/broker/hub.hpp"

#include <map>

#include "chassis/base/failpoint.hpp"
#include "chassis/telemetry/log.hpp"

namespace broker {

using chassis::Connection;
using chassis::Task;
using chassis::Transaction;

namespace {

// Of one fetch, before the escaping, which at its worst makes six bytes of one: a client takes a reply of 16 MiB.
constexpr std::size_t most_bytes = std::size_t{2} * 1024 * 1024;

// The last place of each lane among what is delivered.
std::vector<Place> last_places(const std::vector<Delivery>& deliveries) {
    std::map<Lane, std::int64_t> last;
    for (const auto& delivery : deliveries) last[{delivery.place.topic, delivery.place.lane}] = delivery.place.position;
    std::vector<Place> places;
    for (const auto& [lane, position] : last) places.push_back({lane.topic, lane.lane, position});
    return places;
}

}  // namespace

Hub::Hub(chassis::Database& database, const chassis::Clock& clock, HubSettings settings)
    : database_(database), clock_(clock), settings_(settings), groups_(settings.lease) {
    struct Stored {
        Positions heads;
        std::map<std::string, Positions> acknowledged;
    };
    auto stored = database_.read_blocking([](Connection& db) {
        Stored all{heads(db), broker::acknowledged(db)};
        for (auto& group : subscribers(db)) all.acknowledged.try_emplace(std::move(group));
        return all;
    });
    groups_.restore(std::move(stored.heads), std::move(stored.acknowledged), Groups::Clock::now());
}

Task<> Hub::publish(std::vector<Message> messages) {
    const auto now = clock_.now();
    const auto last = co_await database_.write([&](Transaction& tx) { return append(tx, messages, now); });
    chassis::failpoint("broker.after_append");
    groups_.appended(last);
    news_.notify();
}

Task<std::vector<Delivery>> Hub::read_some(std::vector<Readable> readable, int most) {
    auto deliveries = co_await database_.read([&](Connection& db) {
        std::vector<Delivery> found;
        std::size_t bytes = 0;
        for (const auto& [lane, after] : readable) {
            if (found.size() >= static_cast<std::size_t>(most) || bytes >= most_bytes) break;
            try {
                for (auto& delivery :
                     read(db, lane, after, static_cast<std::size_t>(most) - found.size(), most_bytes - bytes)) {
                    bytes += size_of(delivery.message);
                    found.push_back(std::move(delivery));
                }
            } catch (const CorruptRecord& corrupt) {
                chassis::log_error("a lane is held by a corrupt record", {{"error", corrupt.what()}});
            }
        }
        return found;
    });
    co_return deliveries;
}

Task<std::vector<Delivery>> Hub::fetch(Who who, std::vector<std::string> topics, int most,
                                       std::chrono::milliseconds wait) {
    std::vector<std::string> unknown;
    std::uint64_t forgotten = 0;
    {
        const std::lock_guard guard(mutex_);
        forgotten = forgotten_;
        for (const auto& topic : topics) {
            if (!subscribed_.contains({who.group, topic})) unknown.push_back(topic);
        }
    }
    if (!unknown.empty()) {
        // From now on what comes on these topics is kept for this group.
        co_await database_.write([&](Transaction& tx) { subscribe(tx, who.group, unknown); });
        const std::lock_guard guard(mutex_);
        // Where something was forgotten meanwhile, the next fetch writes it once more.
        for (const auto& topic : unknown) {
            if (forgotten == forgotten_) subscribed_.insert({who.group, topic});
        }
    }

    const std::set<std::string> wanted(topics.begin(), topics.end());
    const auto until = Groups::Clock::now() + wait;
    for (;;) {
        auto readable = groups_.ask(who, wanted, Groups::Clock::now());
        if (!readable.empty()) {
            auto deliveries = co_await read_some(std::move(readable), most);
            if (!deliveries.empty()) {
                groups_.give(who, last_places(deliveries));
                chassis::failpoint("broker.before_deliver");
                co_return deliveries;
            }
        }
        // Asked at least three times within a lease, so that waiting keeps it, and that a lane whose member fell silent
        // is found.
        const auto ask_again = std::min(until, Groups::Clock::now() + settings_.lease / 3);
        if (Groups::Clock::now() >= until) co_return std::vector<Delivery>{};
        co_await news_.wait_until(ask_again);
    }
}

Task<> Hub::acknowledge(Who who, std::vector<Place> places) {
    groups_.check(who, places, Groups::Clock::now());
    co_await database_.write([&](Transaction& tx) { broker::acknowledge(tx, who.group, places); });
    groups_.acknowledged(who, places);
    news_.notify();  // a lane may have been waited for by the member whose turn it is now
}

void Hub::leave(const Who& who) {
    groups_.leave(who);
    news_.notify();
}

Task<> Hub::skip(std::string group, Place place) {
    groups_.check_next(group, place);
    co_await database_.write([&](Transaction& tx) { broker::acknowledge(tx, group, std::span(&place, 1)); });
    groups_.skipped(group, place);
    chassis::log_warning(
        "a record was skipped",
        {{"group", group}, {"topic", place.topic}, {"lane", place.lane}, {"position", place.position}});
    news_.notify();
}

Task<bool> Hub::forget(std::string group) {
    groups_.check_without_members(group, Groups::Clock::now());
    const bool was_there = co_await database_.write([&](Transaction& tx) { return broker::forget(tx, group); });
    groups_.forget(group);
    {
        const std::lock_guard guard(mutex_);
        ++forgotten_;
        std::erase_if(subscribed_, [&](const auto& one) { return one.first == group; });
    }
    if (was_there) chassis::log_warning("a group was forgotten", {{"group", group}});
    co_return was_there;
}

Task<std::int64_t> Hub::trim() {
    const auto now = clock_.now();
    const auto gone = co_await database_.write(
        [&](Transaction& tx) { return broker::trim(tx, now, settings_.remember, settings_.keep); });
    co_return gone;
}

}  // namespace broker
