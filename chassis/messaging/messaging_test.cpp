// What events promise between two services.
#include <algorithm>

#include "chassis/async/when_all.hpp"
#include "chassis/messaging/messaging_fixture_test.hpp"

namespace chassis::messaging {
namespace {

using namespace std::chrono_literals;

std::string text_of(const Counted& event) { return event.counter + std::to_string(event.number); }

void note_counted(const Counted& event, Transaction& tx) { Service::note(tx, text_of(event)); }

TEST_F(MessagingTest, an_event_has_its_effect_in_the_other_service_and_leaves_the_outbox) {
    to.messaging->on<Counted>("to", note_counted);
    run([&]() -> Task<> {
        from.publish(Counted{"a", 1});
        co_await until(to, [&] { return to.notes() == std::vector<std::string>{"a1"}; });
        co_await until(from, [&] { return from.count("SELECT COUNT(*) FROM chassis_outbox") == 0; });
    });
    EXPECT_EQ(broker.published("counter").size(), 1u);
}

TEST_F(MessagingTest, what_is_rolled_back_is_not_published) {
    EXPECT_THROW(from.database->write_blocking([](Transaction& tx) {
        tx.publish(Counted{"a", 1});
        tx.enqueue(Ring{"b"});
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(from.count("SELECT COUNT(*) FROM chassis_outbox") + from.count("SELECT COUNT(*) FROM chassis_jobs"), 0);
}

TEST_F(MessagingTest, an_event_that_is_too_large_fails_its_transaction_and_says_so) {
    auto refusal = [&](std::string counter) -> std::string {
        try {
            from.publish(Counted{std::move(counter), 1});
            return "";
        } catch (const Permanent& error) {
            return error.what();
        }
    };
    EXPECT_EQ(refusal(std::string(most_key, 'k')), "");
    EXPECT_EQ(refusal(std::string(most_key + 1, 'k')),
              "the key of an event counter.counted has 1025 bytes; 1024 are allowed");
    EXPECT_EQ(refusal(std::string(most_data, 'd')),
              "the data of an event counter.counted has 262169 bytes; 262144 are allowed");
    EXPECT_EQ(from.count("SELECT COUNT(*) FROM chassis_outbox"), 1);
}

TEST_F(MessagingTest, publishing_where_nobody_sends_fails_the_transaction) {
    database::TemporaryDatabase file;
    auto alone = file.open();
    EXPECT_THROW(alone->write_blocking([](Transaction& tx) { tx.publish(Counted{"a", 1}); }), std::logic_error);
}

TEST_F(MessagingTest, each_key_keeps_the_order_of_its_commits_though_confirmations_are_lost) {
    to.messaging->on<Counted>("to", note_counted);
    broker.fail_publishes(3);
    constexpr int each = 60;
    run([&]() -> Task<> {
        for (int number = 0; number < each; ++number) {
            from.database->write_blocking([&](Transaction& tx) {
                for (const char* key : {"a", "b", "c"}) tx.publish(Counted{key, number});
            });
        }
        co_await until(to, [&] { return to.notes().size() >= 3 * each; });
    });
    auto notes = to.notes();
    ASSERT_EQ(notes.size(), 3u * each);
    for (char key : {'a', 'b', 'c'}) {
        int next = 0;
        for (const auto& note : notes) {
            if (note[0] == key) {
                EXPECT_EQ(note, key + std::to_string(next++));
            }
        }
    }
}

TEST_F(MessagingTest, a_second_delivery_changes_nothing) {
    to.messaging->on<Counted>("to", note_counted);
    run([&]() -> Task<> {
        from.publish(Counted{"a", 1});
        co_await until(to, [&] { return to.notes().size() == 1; });
        broker.deliver_again("to");
        from.publish(Counted{"a", 2});
        co_await until(to, [&] { return to.notes().size() >= 2; });
    });
    EXPECT_EQ(to.notes(), (std::vector<std::string>{"a1", "a2"}));
}

TEST_F(MessagingTest, every_consumer_gets_every_event_once) {
    to.messaging->on<Counted>("first", note_counted);
    to.messaging->on<Counted>("second", note_counted);
    run([&]() -> Task<> {
        from.publish(Counted{"a", 1});
        co_await until(to, [&] { return to.notes().size() == 2; });
    });
}

// Fails `left` times, after it has written.
auto failing(int& left) {
    return [&left](const Counted& event, Transaction& tx) {
        Service::note(tx, text_of(event));
        if (event.counter == "bad" && left > 0 && --left >= 0) throw std::runtime_error("not now");
    };
}

TEST_F(MessagingTest, a_failing_handler_is_tried_again_in_key_order_and_holds_nobody_else) {
    int left = 2;
    to.messaging->on<Counted>("to", failing(left));
    run([&]() -> Task<> {
        from.publish(Counted{"bad", 1});
        from.publish(Counted{"bad", 2});
        from.publish(Counted{"good", 1});
        co_await until(to, [&] { return to.notes() == std::vector<std::string>{"good1"}; });
        for (int attempt : {1, 2}) {
            co_await until(to, [&] {
                return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE finished_at IS NULL") == 2 &&
                       to.count("SELECT MAX(attempts) FROM chassis_inbox WHERE finished_at IS NULL") == attempt;
            });
            EXPECT_EQ(to.notes(), std::vector<std::string>{"good1"});  // what the failed attempts wrote is gone
            advance(20s);
        }
        co_await until(to, [&] { return to.notes().size() == 3; });
    });
    EXPECT_EQ(to.notes(), (std::vector<std::string>{"good1", "bad1", "bad2"}));
}

TEST_F(MessagingTest, a_handler_may_opt_out_of_order) {
    int left = 1'000'000;
    to.messaging
        ->on<Counted>("to",
                      [&](const Counted& event, Transaction& tx) {
                          if (event.number == 1 && left-- > 0) throw std::runtime_error("not now");
                          note_counted(event, tx);
                      })
        .any_order();
    run([&]() -> Task<> {
        from.publish(Counted{"a", 1});
        from.publish(Counted{"a", 2});
        co_await until(to, [&] { return to.notes() == std::vector<std::string>{"a2"}; });
    });
}

TEST_F(MessagingTest, an_event_published_by_a_handler_goes_on_in_the_same_trace) {
    std::string first_trace;
    std::string second_trace;
    to.messaging->on<Counted>("to", [&](const Counted& event, Transaction& tx) {
        if (event.number < 5) tx.publish(Counted{event.counter, event.number + 1});
        if (event.number == 5) second_trace = Context::current()->trace.trace_id_hex();
        note_counted(event, tx);
    });
    run([&]() -> Task<> {
        Context context{.trace = base::TraceContext::generate(true)};
        first_trace = context.trace.trace_id_hex();
        {
            Context::Scope scope(context);
            from.publish(Counted{"a", 1});
        }
        co_await until(to, [&] { return to.notes().size() == 5; });
    });
    EXPECT_EQ(to.notes(), (std::vector<std::string>{"a1", "a2", "a3", "a4", "a5"}));
    EXPECT_EQ(second_trace, first_trace);
}

TEST_F(MessagingTest, what_waits_survives_a_restart) {
    int left = 1;
    to.messaging->on<Counted>("to", failing(left));
    run([&]() -> Task<> {
        from.publish(Counted{"bad", 1});
        from.publish(Counted{"bad", 2});
        co_await until(to,
                       [&] { return to.count("SELECT COUNT(*) FROM chassis_inbox WHERE finished_at IS NULL") == 2; });
    });
    to.close();
    from.close();
    to.open();
    from.open();
    clock.advance(20s);
    to.messaging->on<Counted>("to", note_counted);
    run([&]() -> Task<> { co_await until(to, [&] { return to.notes().size() == 2; }); });
    EXPECT_EQ(to.notes(), (std::vector<std::string>{"bad1", "bad2"}));
}

TEST_F(MessagingTest, figures_say_how_much_waits_and_how_old_it_is) {
    from.publish(Counted{"a", 1});
    from.publish(Counted{"b", 1});
    from.database->write_blocking([&](Transaction& tx) { tx.schedule(clock.now() + 1h, Ring{"later"}); });
    clock.advance(3s);
    auto figures = async::run(loop, from.messaging->figures());
    EXPECT_EQ(figures.outbox.count, 2);
    EXPECT_EQ(figures.outbox.oldest, 3s);
    EXPECT_EQ(figures.jobs.count, 1);
    EXPECT_EQ(figures.jobs.oldest, 0s);
    EXPECT_EQ(figures.jobs_due, 0);
    EXPECT_EQ(figures.inbox.count, 0);
}

TEST_F(MessagingTest, the_inbox_forgets_what_nobody_can_send_again) {
    to.messaging->on<Counted>("to", note_counted);
    run([&]() -> Task<> {
        from.publish(Counted{"a", 1});
        co_await until(to, [&] { return to.notes().size() == 1; });
        auto remembered = [&] { return to.count("SELECT COUNT(*) FROM chassis_inbox"); };
        clock.advance(Settings{}.remember);
        co_await to.messaging->trim();
        EXPECT_EQ(remembered(), 1);
        clock.advance(1s);
        co_await to.messaging->trim();
        EXPECT_EQ(remembered(), 0);
    });
}

TEST_F(MessagingTest, settings_that_could_lose_or_double_an_event_are_refused) {
    auto refused = [&](Settings settings) {
        settings.source = "/test";
        database::TemporaryDatabase file;
        auto own = file.open();
        try {
            Messaging messaging(*own, broker, clock, settings);
            return false;
        } catch (const std::invalid_argument&) {
            return true;
        }
    };
    EXPECT_FALSE(refused({}));
    EXPECT_TRUE(refused({.remember = 1h, .redrivable = 1h}));
    EXPECT_TRUE(refused({.backoff = {.cap = 21s}}));
}

}  // namespace
}  // namespace chassis::messaging
