// What the embedded engine promises when its service is killed, is away or says no.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/conformance/broker/broker_process.hpp"
#include "tests/conformance/broker/conversation.hpp"

namespace chassis::messaging {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct EmbeddedBrokerTest : testing::Test {
    // Until the broker answers: for what follows its start.
    template <class F>
    auto patiently(F f) {
        for (;;) {
            try {
                return f();
            } catch (const BrokerError&) {
                if (Context::Clock::now() > patience) throw;
            }
        }
    }

    const Context::Clock::time_point patience = Context::Clock::now() + 30s;
    http::Client client{{}};
    Conversation talk;
};

TEST_F(EmbeddedBrokerTest, what_it_confirmed_outlives_a_kill) {
    BrokerProcess process;
    EmbeddedBroker broker(client, process.settings());
    talk.publish(broker, {message("a"), message("b")});
    auto subscription = broker.subscribe("payment", {"order"});
    EXPECT_THAT(ids(talk.receive(*subscription, 1)), ElementsAre("a"));
    talk.acknowledge(*subscription);
    process.kill();
    process.start();
    EXPECT_THAT(ids(patiently([&] { return talk.receive(*subscription); })), ElementsAre("b"));
    talk.acknowledge(*subscription);
}

TEST_F(EmbeddedBrokerTest, killed_before_it_confirms_it_stores_once) {
    BrokerProcess process({"NEIGHBORHOOD_FAILPOINTS=broker.after_append=kill"});
    EmbeddedBroker broker(client, process.settings());
    EXPECT_THROW(talk.publish(broker, {message("a")}), BrokerError);
    EXPECT_EQ(process.wait(), SIGKILL);
    process.start();
    patiently([&] { talk.publish(broker, {message("a"), message("b")}); });
    auto subscription = broker.subscribe("payment", {"order"});
    EXPECT_THAT(ids(talk.receive(*subscription)), ElementsAre("a", "b"));
}

TEST_F(EmbeddedBrokerTest, killed_before_it_delivers_it_delivers_again) {
    BrokerProcess process({"NEIGHBORHOOD_FAILPOINTS=broker.before_deliver=kill"});
    EmbeddedBroker broker(client, process.settings());
    talk.publish(broker, {message("a")});
    auto subscription = broker.subscribe("payment", {"order"});
    EXPECT_THROW(talk.receive(*subscription), BrokerError);
    EXPECT_EQ(process.wait(), SIGKILL);
    process.start();
    EXPECT_THAT(ids(patiently([&] { return talk.receive(*subscription); })), ElementsAre("a"));
}

TEST_F(EmbeddedBrokerTest, lanes_of_a_process_that_died_pass_on) {
    BrokerProcess process({"LEASE_MS=300"});
    EmbeddedBroker dying(client, process.settings("dying"));
    EmbeddedBroker living(client, process.settings("living"));
    talk.publish(dying, {message("a", "1"), message("b", "2"), message("c", "3")});
    auto dead = dying.subscribe("payment", {"order"});
    ASSERT_EQ(talk.receive(*dead).size(), 3u);
    auto subscription = living.subscribe("payment", {"order"});
    EXPECT_THAT(sorted(ids(talk.receive_all(*subscription, 3))), ElementsAre("a", "b", "c"));
    EXPECT_THROW(talk.acknowledge(*dead), BrokerError) << "it lost its lanes";
    EXPECT_THAT(talk.receive(*dead), IsEmpty()) << "it joins again";
}

TEST_F(EmbeddedBrokerTest, a_process_started_again_goes_on_at_once) {
    BrokerProcess process;
    EmbeddedBroker before(client, process.settings());
    talk.publish(before, {message("a")});
    auto dead = before.subscribe("payment", {"order"});
    ASSERT_EQ(talk.receive(*dead).size(), 1u);
    EmbeddedBroker after(client, process.settings());
    auto subscription = after.subscribe("payment", {"order"});
    EXPECT_THAT(ids(talk.receive(*subscription)), ElementsAre("a")) << "without waiting for the lease";
    EXPECT_THROW(talk.acknowledge(*dead), BrokerError);
    talk.acknowledge(*subscription);
    EXPECT_THROW(talk.receive(*dead), BrokerError) << "the earlier incarnation does not come back";
}

TEST_F(EmbeddedBrokerTest, a_record_changed_on_the_disk_is_not_delivered) {
    BrokerProcess process;
    EmbeddedBroker broker(client, process.settings());
    talk.publish(broker, {message("a"), message("b"), message("c", "another key")});
    process.kill();
    {
        auto database = process.file().open();
        database->write_blocking(
            [](Transaction& tx) { tx.run("UPDATE records SET body = '{\"id\":\"a\"}' WHERE id = 'a'"); });
    }
    process.start();
    auto subscription = broker.subscribe("payment", {"order"});
    EXPECT_THAT(ids(patiently([&] { return talk.receive(*subscription); })), ElementsAre("c"))
        << "nor is what follows it";
}

TEST_F(EmbeddedBrokerTest, a_broker_that_is_away_or_does_not_know_us_is_an_error) {
    BrokerProcess process;
    auto settings = process.settings();
    settings.service_token = settings::Secret("guessed");
    EmbeddedBroker stranger(client, settings);
    EXPECT_THROW(talk.publish(stranger, {message("a")}), BrokerError);
    auto subscription = stranger.subscribe("payment", {"order"});
    EXPECT_THROW(talk.receive(*subscription), BrokerError);
    settings.url = "http://127.0.0.1:1";
    EmbeddedBroker away(client, settings);
    EXPECT_THROW(talk.publish(away, {message("a")}), BrokerError);
}

}  // namespace
}  // namespace chassis::messaging
