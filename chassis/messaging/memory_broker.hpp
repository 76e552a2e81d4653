// A broker inside the process, for tests: it keeps everything, and fails when it is told to.
//
//     MemoryBroker broker;
//     broker.fail_publishes(2);          // the next two publish() throw, the first of them after storing
//     broker.deliver_again("payment");   // the group gets everything once more
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <set>

#include "chassis/async/signal.hpp"
#include "chassis/messaging/broker.hpp"
#include "chassis/messaging/lanes.hpp"

namespace chassis::messaging {

class MemoryBroker final : public Broker {
  public:
    MemoryBroker() = default;

    async::Task<> publish(std::vector<Message> messages) override;
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string group, std::vector<std::string> topics) override;

    /// The next `times` calls of publish() throw; every other one of them has stored the messages all the same, as when
    /// the confirmation is lost.
    void fail_publishes(int times);
    /// The group forgets what it acknowledged.
    void deliver_again(const std::string& group);
    /// Everything published on a topic, lane by lane.
    [[nodiscard]] std::vector<Message> published(const std::string& topic) const;

  private:
    class Member;
    using Lanes = std::array<std::vector<Message>, lane_count>;
    using Positions = std::map<std::string, std::array<std::size_t, lane_count>>;

    mutable std::mutex mutex_;
    std::map<std::string, Lanes> topics_;
    std::set<std::string> ids_;
    std::map<std::string, Positions> groups_;
    // The member of a group that holds its lanes: the first that asked, until it leaves.
    std::map<std::string, Member*> holders_;
    std::set<Member*> members_;
    int failures_left_ = 0;
    // Counts deliver_again(): what was received before it is acknowledged in vain.
    int round_ = 0;
};

}  // namespace chassis::messaging
