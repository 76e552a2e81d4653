#include "services/broker/hub.hpp"

#include <gmock/gmock.h>

#include "chassis/async/run.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/database/temporary_database.hpp"
#include "services/broker/broker.hpp"

namespace broker {

namespace {

using namespace std::chrono_literals;
using chassis::Connection;
using chassis::Transaction;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class HubTest : public testing::Test {
  protected:
    HubTest() : database(file.open()) {
        database->migrate(migrations());
        hub.emplace(*database, clock);
    }

    static Message message(std::string id, std::string key = "k") {
        return {std::move(id), "order", std::move(key), "{}"};
    }
    static Who who(std::string group) { return {std::move(group), "member", "1"}; }

    void publish(std::vector<Message> messages) { chassis::async::run(hub->publish(std::move(messages))); }
    std::vector<Delivery> fetch(std::string group, int most = 100) {
        return chassis::async::run(hub->fetch(who(std::move(group)), {"order"}, most, 0ms));
    }
    std::vector<std::string> ids(std::string group, int most = 100) {
        std::vector<std::string> all;
        for (const auto& delivery : fetch(std::move(group), most)) all.push_back(delivery.message.id);
        return all;
    }
    void acknowledge(std::string group, const std::vector<Delivery>& deliveries) {
        std::vector<Place> places;
        for (const auto& delivery : deliveries) places.push_back(delivery.place);
        chassis::async::run(hub->acknowledge(who(std::move(group)), std::move(places)));
    }
    void restart(HubSettings settings = {}) {
        hub.reset();
        hub.emplace(*database, clock, settings);
    }

    chassis::database::TemporaryDatabase file;
    std::unique_ptr<chassis::Database> database;
    chassis::ManualClock clock{chassis::Time{1'700'000'000s}};
    std::optional<Hub> hub;
};

TEST_F(HubTest, every_group_gets_everything_in_order) {
    publish({message("1"), message("2")});
    publish({message("3")});
    EXPECT_THAT(ids("payment"), ElementsAre("1", "2", "3"));
    EXPECT_THAT(ids("notification"), ElementsAre("1", "2", "3"));
}

TEST_F(HubTest, a_message_that_is_published_twice_is_there_once) {
    publish({message("1"), message("1")});
    publish({message("1"), message("2")});
    EXPECT_THAT(ids("payment"), ElementsAre("1", "2"));
}

TEST_F(HubTest, what_is_not_acknowledged_comes_again_also_after_a_restart) {
    publish({message("1"), message("2")});
    acknowledge("payment", fetch("payment", 1));
    EXPECT_THAT(ids("payment"), ElementsAre("2"));
    restart();
    EXPECT_THAT(ids("payment"), ElementsAre("2"));
}

TEST_F(HubTest, a_fetch_ends_with_the_record_that_fills_it) {
    const auto large = [](std::string id, std::size_t mib, std::string key) {
        return Message{std::move(id), "order", std::move(key), std::string(mib * 1024 * 1024, 'x')};
    };
    publish({large("1", 1, "k"), large("2", 1, "k"), large("3", 3, "k"), message("4")});
    for (const char* expected : {"1 2 ", "3 ", "4 "}) {
        const auto got = fetch("payment");
        std::string all;
        for (const auto& delivery : got) all += delivery.message.id + " ";
        EXPECT_EQ(all, expected);
        acknowledge("payment", got);
    }
    publish({large("5", 2, "a"), large("6", 2, "b")});
    EXPECT_THAT(fetch("payment"), SizeIs(1));
}

TEST_F(HubTest, a_waiting_fetch_gets_what_comes) {
    std::vector<chassis::Task<std::vector<Delivery>>> fetches;
    fetches.push_back(hub->fetch(who("payment"), {"order"}, 10, 10s));
    const auto publish_later = [](Hub& to) -> chassis::Task<std::vector<Delivery>> {
        std::vector<Message> messages{message("1")};
        co_await to.publish(std::move(messages));
        co_return std::vector<Delivery>{};
    };
    fetches.push_back(publish_later(*hub));
    const auto got = chassis::async::run(chassis::async::when_all(std::move(fetches)));
    EXPECT_THAT(got[0], SizeIs(1));
}

TEST_F(HubTest, a_corrupt_record_holds_its_lane_and_is_not_delivered) {
    publish({message("1"), message("2"), message("3")});
    database->write_blocking([](Transaction& tx) { tx.run("UPDATE records SET body = '[]' WHERE id = '2'"); });
    const auto first = fetch("payment");
    ASSERT_THAT(first, SizeIs(1));
    acknowledge("payment", first);
    EXPECT_THAT(fetch("payment"), IsEmpty());
}

TEST_F(HubTest, an_operator_leads_a_group_past_a_record) {
    publish({message("1"), message("2"), message("3")});
    database->write_blocking([](Transaction& tx) { tx.run("UPDATE records SET body = '[]' WHERE id = '2'"); });
    const auto first = fetch("payment");
    ASSERT_THAT(first, SizeIs(1));
    Place corrupt = first[0].place;
    ++corrupt.position;
    EXPECT_THROW(chassis::async::run(hub->skip("payment", corrupt)), Refused) << "what comes before is not done with";
    acknowledge("payment", first);
    EXPECT_THAT(fetch("payment"), IsEmpty());
    EXPECT_THROW(chassis::async::run(hub->skip("notification", corrupt)), Refused) << "there is no such group";
    chassis::async::run(hub->skip("payment", corrupt));
    EXPECT_THROW(chassis::async::run(hub->skip("payment", corrupt)), Refused) << "it is done";
    EXPECT_THAT(ids("payment"), ElementsAre("3"));
    restart();
    const auto last = fetch("payment");
    ASSERT_THAT(last, SizeIs(1));
    acknowledge("payment", last);
    Place behind_the_end = last[0].place;
    ++behind_the_end.position;
    EXPECT_THROW(chassis::async::run(hub->skip("payment", behind_the_end)), Refused);
}

TEST_F(HubTest, a_group_that_is_forgotten_holds_nothing_back) {
    publish({message("1")});
    acknowledge("payment", fetch("payment"));
    fetch("gone");
    clock.advance(1h);
    EXPECT_EQ(chassis::async::run(hub->trim()), 0);
    restart({.lease = 0ms});
    EXPECT_THAT(hub->groups().lags(), SizeIs(2)) << "also one that has acknowledged nothing";
    EXPECT_TRUE(chassis::async::run(hub->forget("gone")));
    EXPECT_FALSE(chassis::async::run(hub->forget("gone")));
    EXPECT_EQ(chassis::async::run(hub->trim()), 1);
    restart();
    EXPECT_THAT(hub->groups().lags(), SizeIs(1));
}

TEST_F(HubTest, a_group_that_may_have_members_is_not_forgotten) {
    fetch("payment");
    EXPECT_THROW(chassis::async::run(hub->forget("payment")), Refused) << "nobody can have asked since the start";
    restart({.lease = 0ms});
    fetch("payment");
    EXPECT_TRUE(chassis::async::run(hub->forget("payment"))) << "its member is silent";
    publish({message("1")});
    EXPECT_THAT(ids("payment"), ElementsAre("1")) << "it may come back";
    clock.advance(1h);
    EXPECT_EQ(chassis::async::run(hub->trim()), 0) << "and is kept what it has not acknowledged";
}

TEST_F(HubTest, trimming_keeps_what_a_group_has_not_acknowledged) {
    publish({message("1"), message("2")});
    fetch("notification");
    acknowledge("payment", fetch("payment"));
    clock.advance(1h);
    EXPECT_EQ(chassis::async::run(hub->trim()), 0);
    acknowledge("notification", fetch("notification", 1));
    EXPECT_EQ(chassis::async::run(hub->trim()), 1);
    EXPECT_THAT(ids("notification"), ElementsAre("2"));
}

TEST_F(HubTest, positions_go_on_after_everything_was_trimmed) {
    publish({message("1")});
    acknowledge("payment", fetch("payment"));
    clock.advance(1h);
    EXPECT_EQ(chassis::async::run(hub->trim()), 1);
    restart();
    publish({message("2")});
    EXPECT_THAT(ids("payment"), ElementsAre("2"));
}

TEST_F(HubTest, trimming_keeps_what_is_young_enough_to_be_published_again) {
    publish({message("1")});
    acknowledge("payment", fetch("payment"));
    clock.advance(9min);
    EXPECT_EQ(chassis::async::run(hub->trim()), 0);
    publish({message("1")});
    EXPECT_THAT(ids("payment"), IsEmpty());
}

}  // namespace

}  // namespace broker
