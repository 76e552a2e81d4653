// The broker itself: what comes in is stored in the log and given to every group's members, who acknowledge it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "chassis/async/signal.hpp"
#include "chassis/async/task.hpp"
#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "services/broker/groups.hpp"
#include "services/broker/log.hpp"

namespace broker {

struct HubSettings {
    std::chrono::milliseconds lease{15'000};  // after which a silent member's lanes pass on
    std::chrono::minutes remember{10};        // how long a second publish of the same message is recognised at least
    std::chrono::hours keep{24 * 7};          // of topics that nobody subscribes to
};

class Hub {
  public:
    // Reads what is on the disk; it blocks. The database, migrated, and the clock outlive the hub.
    Hub(chassis::Database& database, const chassis::Clock& clock, HubSettings settings = {});

    // All messages are on the disk when this returns. Throws chassis::database::DiskFull.
    chassis::Task<> publish(std::vector<Message> messages);

    // At most `most` records that come next for the member, and no more than 2 MiB unless the first has more; nothing
    // when `wait` is over. Throws Fenced.
    chassis::Task<std::vector<Delivery>> fetch(Who who, std::vector<std::string> topics, int most,
                                               std::chrono::milliseconds wait);

    // Throws Fenced.
    chassis::Task<> acknowledge(Who who, std::vector<Place> places);

    void leave(const Who& who);

    // The group goes on behind this place, the next it would get: a way past a record that cannot be delivered. Throws
    // Refused for any other place.
    chassis::Task<> skip(std::string group, Place place);

    // A group that is gone for good holds nothing back any more. False when there is none; throws Refused while it has
    // members, or may have some, and DiskFull. Should it come back, it gets again what the log still holds.
    chassis::Task<bool> forget(std::string group);

    chassis::Task<std::int64_t> trim();

    const Groups& groups() const { return groups_; }

  private:
    chassis::Task<std::vector<Delivery>> read_some(std::vector<Readable> readable, int most);

    chassis::Database& database_;
    const chassis::Clock& clock_;
    const HubSettings settings_;
    Groups groups_;
    chassis::async::Signal news_;
    std::mutex mutex_;
    std::set<std::pair<std::string, std::string>> subscribed_;  // group and topic, as on the disk
    std::uint64_t forgotten_ = 0;                               // counts what forget() took off the disk
};

}  // namespace broker
