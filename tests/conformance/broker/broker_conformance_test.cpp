// What every engine behind Broker promises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "chassis/async/when_all.hpp"
#include "chassis/messaging/event.hpp"
#include "chassis/messaging/memory_broker.hpp"
#include "tests/conformance/broker/broker_process.hpp"
#include "tests/conformance/broker/conversation.hpp"

namespace chassis::messaging {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct InMemory {
    MemoryBroker one;
    Broker& broker() { return one; }
    Broker& other_process() { return one; }
};

struct Embedded {
    BrokerProcess process;
    http::Client client{{}};
    EmbeddedBroker one{client, process.settings("one")};
    EmbeddedBroker two{client, process.settings("two")};
    Broker& broker() { return one; }
    Broker& other_process() { return two; }
};

template <class Engine>
struct BrokerConformanceTest : testing::Test {
    std::unique_ptr<Subscription> subscribe(const std::string& group = "payment",
                                            std::vector<std::string> topics = {"order"}) {
        return broker.subscribe(group, std::move(topics));
    }
    void publish(std::vector<Message> messages) { talk.publish(broker, std::move(messages)); }

    Engine engine;
    Broker& broker = engine.broker();
    Conversation talk;
};

struct EngineNames {
    template <class Engine>
    static std::string GetName(int) {
        return std::same_as<Engine, InMemory> ? "memory" : "embedded";
    }
};
using Engines = testing::Types<InMemory, Embedded>;
TYPED_TEST_SUITE(BrokerConformanceTest, Engines, EngineNames);

TYPED_TEST(BrokerConformanceTest, what_was_published_is_received_as_it_was) {
    const Message sent = message("a", "key \"17\"", "order", R"({"name":"Söckchen\n","n":[1,2.50,null]})");
    this->publish({sent});
    const auto received = this->talk.receive(*this->subscribe());
    ASSERT_EQ(received.size(), 1u);
    EXPECT_EQ(received[0].id, sent.id);
    EXPECT_EQ(received[0].topic, sent.topic);
    EXPECT_EQ(received[0].key, sent.key);
    EXPECT_EQ(received[0].body, sent.body);
}

TYPED_TEST(BrokerConformanceTest, within_a_key_order_is_that_of_publishing) {
    constexpr int keys = 20;
    constexpr int of_each = 15;
    for (int number = 0; number < of_each; ++number) {
        std::vector<Message> batch;
        for (int key = 0; key < keys; ++key) {
            batch.push_back(message(std::to_string(number) + "/" + std::to_string(key), std::to_string(key), "order",
                                    std::to_string(number)));
        }
        this->publish(batch);
    }
    auto subscription = this->subscribe();
    std::map<std::string, std::vector<std::string>> by_key;
    for (const auto& one : this->talk.receive_all(*subscription, keys * of_each)) by_key[one.key].push_back(one.id);
    ASSERT_EQ(by_key.size(), static_cast<std::size_t>(keys));
    for (const auto& [key, received] : by_key) {
        std::vector<std::string> in_order;
        for (int number = 0; number < of_each; ++number) in_order.push_back(std::to_string(number) + "/" + key);
        EXPECT_EQ(received, in_order);
    }
}

TYPED_TEST(BrokerConformanceTest, what_was_not_acknowledged_comes_again) {
    this->publish({message("a"), message("b")});
    auto subscription = this->subscribe();
    EXPECT_THAT(ids(this->talk.receive(*subscription)), ElementsAre("a", "b"));
    EXPECT_THAT(ids(this->talk.receive(*subscription)), ElementsAre("a", "b"));
    this->talk.acknowledge(*subscription);
    EXPECT_THAT(this->talk.receive(*subscription), IsEmpty());
}

TYPED_TEST(BrokerConformanceTest, no_more_comes_than_was_asked_for) {
    this->publish({message("a"), message("b"), message("c")});
    auto subscription = this->subscribe();
    EXPECT_THAT(ids(this->talk.receive(*subscription, 2)), ElementsAre("a", "b"));
    this->talk.acknowledge(*subscription);
    EXPECT_THAT(ids(this->talk.receive(*subscription, 2)), ElementsAre("c"));
}

TYPED_TEST(BrokerConformanceTest, acknowledging_nothing_is_nothing) {
    auto subscription = this->subscribe();
    EXPECT_NO_THROW(this->talk.acknowledge(*subscription));
    this->talk.receive(*subscription);
    EXPECT_NO_THROW(this->talk.acknowledge(*subscription));
    EXPECT_NO_THROW(this->publish({}));
}

TYPED_TEST(BrokerConformanceTest, every_group_receives_everything) {
    this->publish({message("a")});
    auto payment = this->subscribe("payment");
    EXPECT_THAT(ids(this->talk.receive(*payment)), ElementsAre("a"));
    this->talk.acknowledge(*payment);
    auto notification = this->subscribe("notification");
    EXPECT_THAT(ids(this->talk.receive(*notification)), ElementsAre("a")) << "also what came before the group";
}

TYPED_TEST(BrokerConformanceTest, a_group_receives_its_topics_alone) {
    this->publish({message("a", "1", "order"), message("b", "2", "cart"), message("c", "3", "payment")});
    auto both = this->subscribe("both", {"order", "payment"});
    EXPECT_THAT(sorted(ids(this->talk.receive(*both))), ElementsAre("a", "c"));
}

TYPED_TEST(BrokerConformanceTest, a_second_publish_changes_nothing) {
    this->publish({message("a"), message("b")});
    this->publish({message("a"), message("b"), message("c")});
    auto subscription = this->subscribe();
    EXPECT_THAT(ids(this->talk.receive(*subscription)), ElementsAre("a", "b", "c"));
}

TYPED_TEST(BrokerConformanceTest, whoever_waits_is_woken_by_a_publish) {
    auto subscription = this->subscribe();
    const auto both = [&]() -> async::Task<std::vector<Message>> {
        std::vector<Message> one{message("a")};
        auto all = when_all(subscription->receive(100, 10min), this->broker.publish(std::move(one)));
        auto results = co_await all;
        co_return std::move(std::get<0>(results));
    };
    EXPECT_THAT(ids(this->talk.run(both())), ElementsAre("a"));
}

TYPED_TEST(BrokerConformanceTest, after_close_the_other_members_have_everything_at_once) {
    for (int i = 0; i < 20; ++i) this->publish({message(std::to_string(i), std::to_string(i))});
    auto one = this->subscribe();
    EXPECT_EQ(this->talk.receive(*one).size(), 20u);
    auto two = this->engine.other_process().subscribe("payment", {"order"});
    EXPECT_THAT(this->talk.receive(*two), IsEmpty());
    this->talk.close(*one);
    EXPECT_EQ(this->talk.receive(*two, 100, 10s).size(), 20u);
    EXPECT_THAT(this->talk.receive(*one), IsEmpty());
}

TYPED_TEST(BrokerConformanceTest, close_ends_a_receive_that_waits) {
    auto subscription = this->subscribe();
    this->talk.receive(*subscription);
    const auto both = [&]() -> async::Task<std::vector<Message>> {
        auto all = when_all(subscription->receive(100, 10min), subscription->close());
        auto results = co_await all;
        co_return std::move(std::get<0>(results));
    };
    EXPECT_THAT(this->talk.run(both()), IsEmpty());
}

TYPED_TEST(BrokerConformanceTest, members_of_a_group_share_what_comes) {
    auto one = this->subscribe();
    auto two = this->engine.other_process().subscribe("payment", {"order"});
    this->talk.receive(*one);
    this->talk.receive(*two);
    std::vector<Message> many;
    for (int i = 0; i < 300; ++i) many.push_back(message(std::to_string(i), std::to_string(i % 50)));
    this->publish(many);
    std::map<std::string, std::set<Subscription*>> receivers;
    std::vector<std::string> received;
    while (received.size() < many.size()) {
        for (Subscription* member : {one.get(), two.get()}) {
            for (const auto& each : this->talk.receive(*member, 40)) {
                received.push_back(each.id);
                receivers[each.key].insert(member);
            }
            this->talk.acknowledge(*member);
        }
    }
    EXPECT_EQ(sorted(received), sorted(ids(many))) << "each once";
    for (const auto& [key, members] : receivers) EXPECT_EQ(members.size(), 1u) << "key " << key;
}

TYPED_TEST(BrokerConformanceTest, large_batches_pass) {
    const std::string data = '"' + std::string(2000, 'x') + '"';
    std::vector<Message> many;
    for (int i = 0; i < 1500; ++i) many.push_back(message(std::to_string(i), "17", "order", data));
    this->publish(many);
    auto subscription = this->subscribe();
    EXPECT_EQ(ids(this->talk.receive_all(*subscription, many.size())), ids(many));
}

TYPED_TEST(BrokerConformanceTest, many_of_the_largest_events_pass) {
    // Each byte becomes two in the JSON around it.
    std::string data;
    while (data.size() + 4 <= most_data) data += "\\\"";
    data = '"' + data + '"';
    std::vector<Message> many;
    for (int i = 0; i < 48; ++i) many.push_back(message(std::to_string(i), "17", "order", data));
    this->publish(many);
    auto subscription = this->subscribe();
    EXPECT_EQ(ids(this->talk.receive_all(*subscription, many.size())), ids(many));
}

}  // namespace
}  // namespace chassis::messaging
