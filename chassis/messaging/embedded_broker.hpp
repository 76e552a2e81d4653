// The engine for one machine: a client of the broker service (services/broker).
//
//     EmbeddedBroker broker(client, directory.endpoints("broker").front().url(), settings.service_token);
//     co_await broker.publish(std::move(messages));
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "chassis/http/client.hpp"
#include "chassis/messaging/broker.hpp"
#include "chassis/settings/secret.hpp"

namespace chassis::messaging {

class EmbeddedBroker final : public Broker {
  public:
    struct Settings {
        /// "http://127.0.0.1:4100", without a slash at the end.
        std::string url;
        settings::Secret service_token;
        /// Names this process among those of its consumer groups, and stays the same when it is started again. Empty:
        /// the host's name. Several processes of one service on one host need names of their own.
        std::string instance{};
    };

    /// The client outlives it.
    EmbeddedBroker(http::Client& client, Settings settings);

    async::Task<> publish(std::vector<Message> messages) override;
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string group, std::vector<std::string> topics) override;

  private:
    class Member;

    /// The body of a 2xx; throws BrokerError for all else.
    async::Task<std::string> call(std::string path, std::string body, std::chrono::milliseconds timeout);

    http::Client& client_;
    const Settings settings_;
    std::atomic<int> subscriptions_{0};
};

}  // namespace chassis::messaging
