// What the tests of a broker say again and again.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "chassis/async/run.hpp"
#include "chassis/messaging/broker.hpp"
#include "chassis/messaging/cloud_event.hpp"

namespace chassis::messaging {

inline Message message(const std::string& id, const std::string& key = "17", const std::string& topic = "order",
                       const std::string& data = "{}") {
    CloudEvent event{.id = id, .source = "/test", .type = topic + ".happened", .key = key, .data = data};
    return {.id = id, .topic = topic, .key = key, .body = to_json(event)};
}

inline std::vector<std::string> ids(const std::vector<Message>& messages) {
    std::vector<std::string> all;
    for (const auto& message : messages) all.push_back(message.id);
    return all;
}

inline std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::ranges::sort(texts);
    return texts;
}

/// Broker calls from ordinary code, on one loop.
class Conversation {
  public:
    void publish(Broker& broker, std::vector<Message> messages) {
        async::run(loop_, broker.publish(std::move(messages)));
    }
    std::vector<Message> receive(Subscription& from, std::size_t most = 100,
                                 std::chrono::milliseconds wait = std::chrono::milliseconds(0)) {
        return async::run(loop_, from.receive(most, wait));
    }
    void acknowledge(Subscription& subscription) { async::run(loop_, subscription.acknowledge()); }
    void close(Subscription& subscription) { async::run(loop_, subscription.close()); }

    /// Receives and acknowledges until there are so many.
    std::vector<Message> receive_all(Subscription& from, std::size_t count) {
        std::vector<Message> all;
        while (all.size() < count) {
            auto some = receive(from, 100, std::chrono::seconds(10));
            std::ranges::move(some, std::back_inserter(all));
            acknowledge(from);
        }
        return all;
    }
    template <class T>
    T run(async::Task<T> task) {
        return async::run(loop_, std::move(task));
    }

  private:
    async::Loop loop_;
};

}  // namespace chassis::messaging
