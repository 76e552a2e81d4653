#include "chassis/messaging/embedded_broker.hpp"

#include <unistd.h>

#include <map>
#include <utility>

#include "chassis/base/uuid.hpp"
#include "chassis/messaging/broker_wire.hpp"
#include "chassis/model/json.hpp"

namespace chassis::messaging {

namespace {

using namespace std::chrono_literals;

// Beside the time that the broker may wait for something to come.
constexpr std::chrono::milliseconds patience = 5s;
// Of one call: what the service takes.
constexpr std::size_t most_messages = 1000;
constexpr std::size_t most_bytes = std::size_t{1024} * 1024;

std::string host_name() {
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    return name;
}

}  // namespace

class EmbeddedBroker::Member final : public Subscription {
  public:
    Member(EmbeddedBroker& broker, std::string group, std::string member, std::vector<std::string> topics)
        : broker_(broker),
          who_{std::move(group), std::move(member), to_string(base::Uuid::random())},
          topics_(std::move(topics)) {}

    async::Task<std::vector<Message>> receive(std::size_t most, std::chrono::milliseconds wait) override {
        last_.clear();
        std::vector<Message> messages;
        if (closed_) co_return messages;
        const wire::Fetch question{.who = who_,
                                   .topics = topics_,
                                   .most = static_cast<int>(std::min<std::size_t>(most, 1000)),
                                   .wait_ms = static_cast<int>(std::min<std::chrono::milliseconds>(wait, 10s).count())};
        std::string body = model::to_json(question);
        std::string reply;
        try {
            reply = co_await broker_.call("/v1/fetch", std::move(body), wait + patience);
        } catch (const BrokerError&) {
            if (!closed_) throw;
            co_return messages;
        }
        auto fetched = model::from_json<wire::Fetched>(reply);
        for (auto& delivery : fetched.deliveries) {
            last_[{delivery.place.topic, delivery.place.lane}] = delivery.place.position;
            messages.push_back(std::move(delivery.message));
        }
        co_return messages;
    }

    async::Task<> acknowledge() override {
        if (last_.empty()) co_return;
        wire::Acknowledge done{.who = who_, .places = {}};
        for (const auto& [lane, position] : last_) done.places.push_back({lane.first, lane.second, position});
        std::string body = model::to_json(done);
        co_await broker_.call("/v1/acknowledge", std::move(body), patience);
        last_.clear();
    }

    async::Task<> close() override {
        closed_ = true;
        std::string body = model::to_json(wire::Leave{who_});
        try {
            co_await broker_.call("/v1/leave", std::move(body), patience);
        } catch (const BrokerError&) {
            // Its lease runs out by itself.
        }
    }

  private:
    EmbeddedBroker& broker_;
    const wire::Who who_;
    const std::vector<std::string> topics_;
    // What the last receive() gave: the last position of each lane.
    std::map<std::pair<std::string, int>, std::int64_t> last_;
    bool closed_ = false;
};

EmbeddedBroker::EmbeddedBroker(http::Client& client, Settings settings)
    : client_(client), settings_([&] {
          if (settings.instance.empty()) settings.instance = host_name();
          return std::move(settings);
      }()) {}

async::Task<std::string> EmbeddedBroker::call(std::string path, std::string body, std::chrono::milliseconds timeout) {
    http::ClientRequest request(http::Method::post, settings_.url + path, std::move(body));
    request.headers.append("X-Service-Token", settings_.service_token.reveal());
    request.timeout = timeout;
    request.idempotent = true;
    http::ClientResponse reply;
    try {
        reply = co_await client_.send(std::move(request));
    } catch (const http::ClientError& error) {
        throw BrokerError("the broker at " + settings_.url + " did not answer: " + error.what());
    }
    if (reply.status < 200 || reply.status > 299) {
        throw BrokerError("the broker answered " + path + " with " + std::to_string(reply.status) + " " + reply.body);
    }
    co_return std::move(reply.body);
}

// Each call is a wire::Publish, written message by message, because its size is that of what is escaped.
async::Task<> EmbeddedBroker::publish(std::vector<Message> messages) {
    constexpr std::string_view begin = R"({"messages":[)";
    constexpr std::string_view end = "]}";
    std::string body;
    std::size_t count = 0;
    for (const Message& message : messages) {
        const std::string text = model::to_json(message);
        const bool full = count == most_messages || body.size() + 1 + text.size() + end.size() > most_bytes;
        if (count > 0 && full) {
            body += end;
            std::string one_call = std::exchange(body, std::string());
            co_await call("/v1/messages", std::move(one_call), patience);
            count = 0;
        }
        body += count == 0 ? begin : ",";
        body += text;
        ++count;
    }
    if (count == 0) co_return;
    body += end;
    co_await call("/v1/messages", std::move(body), patience);
}

std::unique_ptr<Subscription> EmbeddedBroker::subscribe(std::string group, std::vector<std::string> topics) {
    std::string member = settings_.instance + "#" + std::to_string(++subscriptions_);
    return std::make_unique<Member>(*this, std::move(group), std::move(member), std::move(topics));
}

}  // namespace chassis::messaging
