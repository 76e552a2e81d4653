#include <gmock/gmock.h>

#include "chassis/messaging/cloud_event.hpp"
#include "chassis/messaging/lanes.hpp"
#include "chassis/messaging/messaging_fixture_test.hpp"

namespace chassis::messaging {
namespace {

using namespace std::chrono_literals;

class DeadLetterTest : public MessagingTest {
  protected:
    Task<std::vector<DeadLetter>> letters() { return to.messaging->dead_letters().list(); }
    Task<> until_dead(std::int64_t count = 1) {
        co_await until(to, [&] {
            return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE state = 'dead'") +
                       to.count("SELECT COUNT(*) FROM chassis_jobs WHERE state = 'dead'") ==
                   count;
        });
    }
    // Handles everything but number 1 of counter "bad" while `broken`.
    void handle_unless_broken() {
        to.messaging->on<Counted>("to", [this](const Counted& event, Transaction& tx) {
            if (event.counter == "bad" && event.number == 1 && broken) throw Permanent("cannot be");
            Service::note(tx, event.counter + std::to_string(event.number));
        });
    }

    std::atomic<bool> broken = true;
};

TEST_F(DeadLetterTest, what_can_never_succeed_is_dead_at_once_and_holds_its_key) {
    handle_unless_broken();
    run([&]() -> Task<> {
        for (int number : {1, 2, 3}) from.publish(Counted{"bad", number});
        from.publish(Counted{"good", 1});
        co_await until_dead();
        co_await until(to, [&] { return to.count("SELECT COUNT(*) FROM chassis_inbox") == 4; });
        auto dead = co_await letters();
        EXPECT_EQ(dead.size(), 1u);
        EXPECT_EQ(dead[0].consumer, "to");
        EXPECT_EQ(dead[0].key, "bad");
        EXPECT_EQ(dead[0].error, "cannot be");
        EXPECT_EQ(dead[0].attempts, 1);
        EXPECT_EQ(dead[0].waiting.size(), 2u);
        EXPECT_EQ(parse_cloud_event(dead[0].body).type, "counter.counted");
        EXPECT_EQ(to.notes(), std::vector<std::string>{"good1"});
        auto figures = co_await to.messaging->figures();
        EXPECT_EQ(figures.dead_events.count, 1);
        EXPECT_EQ(figures.inbox.count, 3);
    });
}

TEST_F(DeadLetterTest, redriven_it_goes_on_in_order_with_what_waited) {
    handle_unless_broken();
    run([&]() -> Task<> {
        for (int number : {1, 2, 3}) from.publish(Counted{"bad", number});
        co_await until_dead();
        co_await until(to, [&] { return to.count("SELECT COUNT(*) FROM chassis_inbox") == 3; });
        broken = false;
        auto dead = co_await letters();
        bool redriven = co_await to.messaging->dead_letters().redrive(dead[0].id, "operator");
        EXPECT_TRUE(redriven);
        co_await until(to, [&] { return to.notes().size() == 3; });
        bool again = co_await to.messaging->dead_letters().redrive(dead[0].id, "operator");
        EXPECT_FALSE(again);
    });
    EXPECT_EQ(to.notes(), (std::vector<std::string>{"bad1", "bad2", "bad3"}));
    EXPECT_EQ(to.count("SELECT COUNT(*) FROM chassis_audit WHERE action = 'redrive' AND who = 'operator'"), 1);
}

TEST_F(DeadLetterTest, skipped_it_leaves_an_audit_line_and_lets_the_others_go_on) {
    handle_unless_broken();
    run([&]() -> Task<> {
        for (int number : {1, 2}) from.publish(Counted{"bad", number});
        co_await until_dead();
        auto dead = co_await letters();
        bool skipped = co_await to.messaging->dead_letters().skip(dead[0].id, "a test order", "operator");
        EXPECT_TRUE(skipped);
        co_await until(to, [&] { return to.notes().size() == 1; });
        auto left = co_await letters();
        EXPECT_TRUE(left.empty());
    });
    EXPECT_EQ(to.notes(), std::vector<std::string>{"bad2"});
    EXPECT_EQ(to.count("SELECT COUNT(*) FROM chassis_audit WHERE action = 'skip' AND reason = 'a test order'"), 1);
}

TEST_F(DeadLetterTest, attempts_run_out_and_a_redrive_begins_anew) {
    std::atomic<int> calls = 0;
    std::atomic<bool> fails = true;
    to.messaging
        ->on<Counted>("to",
                      [&](const Counted&, Transaction& tx) {
                          ++calls;
                          if (fails) throw std::runtime_error("not now");
                          Service::note(tx, "done");
                      })
        .attempts(3);
    run([&]() -> Task<> {
        from.publish(Counted{"a", 1});
        for (int attempt = 1; attempt < 3; ++attempt) {
            co_await until(to, [&] {
                return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE state = 'waiting'") == 1 &&
                       to.count("SELECT MAX(attempts) FROM chassis_inbox") == attempt;
            });
            advance(20s);
        }
        co_await until_dead();
        EXPECT_EQ(calls, 3);
        fails = false;
        int redriven = co_await to.messaging->dead_letters().redrive_all("operator");
        EXPECT_EQ(redriven, 1);
        co_await until(to, [&] { return to.notes().size() == 1; });
    });
}

TEST_F(DeadLetterTest, what_the_engine_refuses_after_the_handler_counts_as_its_attempt_and_holds_nobody_else) {
    to.messaging
        ->on<Counted>("to",
                      [](const Counted& event, Transaction& tx) {
                          Service::note(tx, event.counter);
                          if (event.counter != "bad") return;
                          try {
                              tx.run("INSERT INTO notes (position, text) SELECT position, 'again' FROM notes");
                          } catch (const database::ConstraintError&) {
                              // Swallowed: the engine fails the closure all the same.
                          }
                      })
        .attempts(2);
    run([&]() -> Task<> {
        from.publish(Counted{"bad", 1});
        co_await until(to, [&] { return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE state = 'waiting'") == 1; });
        advance(20s);
        co_await until_dead();
        from.publish(Counted{"good", 1});
        co_await until(to, [&] { return to.notes().size() == 1; });
        auto dead = co_await letters();
        EXPECT_EQ(dead[0].attempts, 2);
        EXPECT_THAT(dead[0].error, testing::HasSubstr("UNIQUE"));
    });
    EXPECT_EQ(to.notes(), std::vector<std::string>{"good"});
}

TEST_F(DeadLetterTest, a_later_major_version_is_dead_and_says_so) {
    handle_unless_broken();
    run([&]() -> Task<> {
        from.publish(CountedV2{"a"});
        co_await until_dead();
        auto dead = co_await letters();
        EXPECT_EQ(dead[0].error, "counter.counted has major version 2; this program knows 1");
    });
}

TEST_F(DeadLetterTest, what_does_not_parse_is_dead_whatever_it_is) {
    handle_unless_broken();
    std::string no_number = to_json(CloudEvent{.id = "x",
                                               .source = "/elsewhere",
                                               .type = "counter.counted",
                                               .key = "b",
                                               .data = R"({"counter":"b","number":"one"})"});
    run([&]() -> Task<> {
        std::vector<Message> messages{{"1", "counter", "a", "not json"},
                                      {"2", "counter", "b", no_number},
                                      {"3", "counter", "c", R"({"specversion":"1.0"})"}};
        co_await broker.publish(std::move(messages));
        co_await until_dead(3);
        auto dead = co_await letters();
        EXPECT_EQ(dead.size(), 3u);
        for (const auto& letter : dead) EXPECT_FALSE(letter.error.empty());
    });
}

TEST_F(DeadLetterTest, a_type_that_nobody_handles_is_no_dead_letter) {
    handle_unless_broken();
    std::string other =
        to_json(CloudEvent{.id = "x", .source = "/e", .type = "counter.reset", .key = "a", .data = "{}"});
    run([&]() -> Task<> {
        std::vector<Message> messages{{"1", "counter", "a", other}};
        co_await broker.publish(std::move(messages));
        from.publish(Counted{"a", 1});
        co_await until(to, [&] { return to.notes().size() == 1; });
        EXPECT_EQ(to.count("SELECT COUNT(*) FROM chassis_inbox"), 1);
    });
}

TEST_F(DeadLetterTest, one_that_is_too_old_cannot_be_redriven_only_skipped) {
    handle_unless_broken();
    run([&]() -> Task<> {
        from.publish(Counted{"bad", 1});
        co_await until_dead();
        clock.advance(Settings{}.redrivable + 1s);
        auto dead = co_await letters();
        bool refused = false;
        try {
            co_await to.messaging->dead_letters().redrive(dead[0].id, "operator");
        } catch (const Permanent&) {
            refused = true;
        }
        EXPECT_TRUE(refused);
        int all = co_await to.messaging->dead_letters().redrive_all("operator");
        EXPECT_EQ(all, 0);
        bool skipped = co_await to.messaging->dead_letters().skip(dead[0].id, "too old", "operator");
        EXPECT_TRUE(skipped);
    });
}

TEST_F(DeadLetterTest, many_are_redriven_at_once_events_and_jobs) {
    constexpr int count = 1200;
    to.messaging->on<Counted>("to", [this](const Counted&, Transaction&) {
        if (broken) throw Permanent("cannot be");
    });
    to.messaging->job<Ring>([this](const Ring&) -> Task<> {
        if (broken) throw Permanent("nor this");
        co_return;
    });
    run([&]() -> Task<> {
        from.database->write_blocking([](Transaction& tx) {
            for (int i = 0; i < count; ++i) tx.publish(Counted{std::to_string(i), 1});
        });
        to.database->write_blocking([](Transaction& tx) { tx.enqueue(Ring{"b"}); });
        co_await until_dead(count + 1);
        broken = false;
        int redriven = co_await to.messaging->dead_letters().redrive_all("operator");
        EXPECT_EQ(redriven, count + 1);
        co_await until(to, [&] {
            return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE finished_at IS NOT NULL") == count &&
                   to.count("SELECT COUNT(*) FROM chassis_jobs WHERE finished_at IS NOT NULL") == 1;
        });
    });
    EXPECT_EQ(to.count("SELECT COUNT(*) FROM chassis_audit WHERE action = 'redrive' AND reason = 'all'"), count + 1);
}

TEST_F(DeadLetterTest, what_is_behind_a_dead_letter_is_not_looked_at_until_it_is_its_turn) {
    handle_unless_broken();
    run([&]() -> Task<> {
        for (int number : {1, 2, 3}) from.publish(Counted{"bad", number});
        co_await until(to, [&] { return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE state = 'behind'") == 2; });
        EXPECT_EQ(to.count("SELECT COUNT(*) FROM chassis_inbox WHERE state = 'waiting'"), 0);
        auto dead = co_await letters();
        co_await to.messaging->dead_letters().skip(dead[0].id, "not wanted", "operator");
        co_await until(to, [&] { return to.notes().size() == 2; });
        co_await until(to, [&] { return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE state = 'done'") == 2; });
    });
    EXPECT_EQ(to.notes(), (std::vector<std::string>{"bad2", "bad3"}));
}

TEST_F(DeadLetterTest, the_list_comes_in_pages) {
    handle_unless_broken();
    run([&]() -> Task<> {
        std::vector<Message> messages;
        for (int i = 0; i < 5; ++i) messages.push_back({std::to_string(i), "counter", std::to_string(i), "?"});
        co_await broker.publish(std::move(messages));
        co_await until_dead(5);
        std::vector<std::string> ids;
        std::string after;
        for (;;) {
            auto page = co_await to.messaging->dead_letters().list(2, after);
            if (page.empty()) break;
            for (const auto& letter : page) ids.push_back(letter.id);
            after = page.back().cursor;
            // Gone or not, the list goes on behind it.
            co_await to.messaging->dead_letters().skip(ids.back(), "not wanted", "operator");
        }
        EXPECT_EQ(ids,
                  (std::vector<std::string>{"event:to:0", "event:to:1", "event:to:2", "event:to:3", "event:to:4"}));
        auto found = co_await to.messaging->dead_letters().find(ids[2]);
        EXPECT_TRUE(found.has_value());
        found = co_await to.messaging->dead_letters().find(ids[3]);
        EXPECT_FALSE(found.has_value());
    });
}

TEST(LaneTest, a_key_has_the_same_lane_for_ever) {
    // Written down in outboxes and brokers: FNV-1a's own test vectors, modulo 64.
    EXPECT_EQ(lane_of(""), 0xcbf29ce484222325ULL % 64);
    EXPECT_EQ(lane_of("a"), 0xaf63dc4c8601ec8cULL % 64);
    EXPECT_EQ(lane_of("foobar"), 0x85944171f73967e8ULL % 64);
}

TEST(CloudEventTest, it_comes_back_as_it_was_sent) {
    CloudEvent sent{.id = "1",
                    .source = "/order",
                    .type = "order.paid",
                    .time = base::Time{std::chrono::seconds(1'700'000'000)},
                    .key = "a \"key\"",
                    .version = 3,
                    .trace = base::TraceContext::generate(true),
                    .data = R"({"x":[1,{"y":null}]})"};
    CloudEvent got = parse_cloud_event(to_json(sent));
    EXPECT_EQ(got.id, sent.id);
    EXPECT_EQ(got.source, sent.source);
    EXPECT_EQ(got.type, sent.type);
    EXPECT_EQ(got.time, sent.time);
    EXPECT_EQ(got.key, sent.key);
    EXPECT_EQ(got.version, 3);
    EXPECT_EQ(got.trace.traceparent(), sent.trace.traceparent());
    EXPECT_EQ(got.data, sent.data);
}

TEST(CloudEventTest, one_of_another_sender_may_say_more_and_less) {
    CloudEvent got = parse_cloud_event(
        R"({"specversion":"1.0","id":"1","source":"urn:x","type":"t","data":1,"subject":"s","extra":{"a":1}})");
    EXPECT_EQ(got.version, 1);
    EXPECT_EQ(got.data, "1");
    EXPECT_FALSE(got.trace.valid());
    for (const char* bad : {"", "[]", "{", R"({"specversion":"0.3","id":"1","source":"s","type":"t","data":1})",
                            R"({"specversion":"1.0","source":"s","type":"t","data":1})",
                            R"({"specversion":"1.0","id":"1","source":"s","type":"t"})",
                            R"({"specversion":"1.0","id":"1","source":"s","type":"t","data":1,"dataversion":"new"})"}) {
        EXPECT_THROW((void)parse_cloud_event(bad), BadCloudEvent) << bad;
    }
}

}  // namespace
}  // namespace chassis::messaging
