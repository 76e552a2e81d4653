// What carries events between services. Nothing above this interface knows which engine runs.
//
//     co_await broker.publish({{.id = "0190...", .topic = "order", .key = "17", .body = cloud_event}});
//
//     auto subscription = broker.subscribe("payment", {"order"});
//     for (;;) {
//         auto received = co_await subscription->receive(100, 2s);
//         ... store them ...
//         co_await subscription->acknowledge();
//     }
//
// Every engine promises: what publish() confirmed is delivered to every group at least once; within a topic and key in
// the order of publishing; at any time to one member of a group; again, when it was not acknowledged.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "chassis/async/task.hpp"

namespace chassis::messaging {

struct Message {
    /// Unique for its publisher; publishing it again within some minutes changes nothing.
    std::string id;
    std::string topic;
    std::string key;
    /// A CloudEvent (cloud_event.hpp).
    std::string body;
};

/// The broker did not do what was asked, or did not say that it did.
struct BrokerError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A member of a consumer group. Used on one loop.
class Subscription {
  public:
    virtual ~Subscription() = default;

    /// What comes next, at most `most` messages, within each key in order; nothing when `wait` is over or after
    /// close(). What the receive() before gave is acknowledged first, or comes again. Throws BrokerError.
    virtual async::Task<std::vector<Message>> receive(std::size_t most, std::chrono::milliseconds wait) = 0;

    /// All that the last receive() gave is done with and need not come again. Throws BrokerError.
    virtual async::Task<> acknowledge() = 0;

    /// A receive() under way comes back soon, and the group's other members take over. Throws nothing.
    virtual async::Task<> close() = 0;
};

class Broker {
  public:
    virtual ~Broker() = default;

    /// Comes back when every message is stored safely, in this order within each key; throws BrokerError when it is not
    /// known whether they are: then publish the same again. On any loop.
    virtual async::Task<> publish(std::vector<Message> messages) = 0;

    /// A new member of `group`, which receives what comes on these topics after what the group has acknowledged; a new
    /// group begins with what the broker still holds.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(std::string group,
                                                                  std::vector<std::string> topics) = 0;
};

}  // namespace chassis::messaging
