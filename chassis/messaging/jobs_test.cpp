// What jobs promise.
#include <algorithm>

#include "chassis/messaging/messaging_fixture_test.hpp"

namespace chassis::messaging {
namespace {

using namespace std::chrono_literals;

class JobTest : public MessagingTest {
  protected:
    void enqueue(const Ring& ring) {
        from.database->write_blocking([&](Transaction& tx) { tx.enqueue(ring); });
    }
    std::int64_t waiting_with_attempts(int attempts) {
        return *from.database->read_blocking([&](Connection& db) {
            return db.one<std::int64_t>("SELECT COUNT(*) FROM chassis_jobs WHERE state = 'waiting' AND attempts = $1",
                                        attempts);
        });
    }
    Task<> until_notes(std::size_t count) {
        co_await until(from, [this, count] { return from.notes().size() >= count; });
    }

    // Which runs there were, as "bell#run".
    std::vector<std::string> runs;
};

TEST_F(JobTest, the_result_of_a_job_is_stored_with_its_end) {
    from.messaging->job<Ring>(
        [](const Ring& ring) -> Task<int> {
            int doubled = ring.times * 2;
            co_return doubled;
        },
        [](const Ring& ring, const int& result, Transaction& tx) {
            Service::note(tx, ring.bell + std::to_string(result));
        });
    run([&]() -> Task<> {
        enqueue({"b", 21});
        co_await until_notes(1);
    });
    EXPECT_EQ(from.notes(), std::vector<std::string>{"b42"});
    EXPECT_EQ(from.count("SELECT COUNT(*) FROM chassis_jobs WHERE state = 'done'"), 1);
}

TEST_F(JobTest, one_that_fails_runs_again_and_knows_it) {
    from.messaging->job<Ring>(
        [this](const Ring& ring, JobRun which) -> Task<> {
            runs.push_back(ring.bell + "#" + std::to_string(which.number));
            if (which.number < 3) throw std::runtime_error("not now");
            co_return;
        },
        [](const Ring& ring, Transaction& tx) { Service::note(tx, ring.bell); });
    run([&]() -> Task<> {
        enqueue({"b"});
        for (int attempt : {1, 2}) {
            co_await until(from, [&] { return waiting_with_attempts(attempt) == 1; });
            advance(20s);
        }
        co_await until_notes(1);
    });
    EXPECT_EQ(runs, (std::vector<std::string>{"b#1", "b#2", "b#3"}));
}

TEST_F(JobTest, one_whose_outcome_could_not_be_stored_runs_again) {
    int left = 1;
    from.messaging->job<Ring>(
        [this](const Ring&, JobRun which) -> Task<> {
            runs.push_back(std::to_string(which.number));
            co_return;
        },
        [&](const Ring& ring, Transaction& tx) {
            Service::note(tx, ring.bell);
            if (left-- > 0) throw std::runtime_error("not now");
        });
    run([&]() -> Task<> {
        enqueue({"b"});
        co_await until(from, [&] { return waiting_with_attempts(1) == 1; });
        EXPECT_TRUE(from.notes().empty());
        advance(20s);
        co_await until_notes(1);
    });
    EXPECT_EQ(runs, (std::vector<std::string>{"1", "2"}));
}

TEST_F(JobTest, one_that_was_running_when_the_process_ended_runs_again) {
    enqueue({"b"});
    from.database->write_blocking([](Transaction& tx) {
        tx.run("UPDATE chassis_jobs SET state = 'running', owner = 'the process before', attempts = 1, runs = 1");
    });
    from.messaging->job<Ring>(
        [this](const Ring&, JobRun which) -> Task<> {
            runs.push_back(std::to_string(which.number));
            co_return;
        },
        [](const Ring& ring, Transaction& tx) { Service::note(tx, ring.bell); });
    run([&]() -> Task<> { co_await until_notes(1); });
    EXPECT_EQ(runs, std::vector<std::string>{"2"});
}

TEST_F(JobTest, one_that_takes_the_process_down_each_time_is_a_dead_letter) {
    enqueue({"b"});
    from.database->write_blocking([](Transaction& tx) {
        tx.run("UPDATE chassis_jobs SET state = 'running', owner = 'the process before', attempts = 3, runs = 3");
    });
    from.messaging
        ->job<Ring>([this](const Ring&) -> Task<> {
            runs.push_back("ran");
            co_return;
        })
        .attempts(3);
    run([&]() -> Task<> {
        co_await until(from, [&] { return from.count("SELECT COUNT(*) FROM chassis_jobs WHERE state = 'dead'") == 1; });
    });
    EXPECT_TRUE(runs.empty());
}

TEST_F(JobTest, a_scheduled_one_waits_for_its_time) {
    from.messaging->job<Ring>([](const Ring&) -> Task<> { co_return; },
                              [](const Ring& ring, Transaction& tx) { Service::note(tx, ring.bell); });
    run([&]() -> Task<> {
        from.database->write_blocking([&](Transaction& tx) { tx.schedule(clock.now() + 15min, Ring{"later"}); });
        enqueue({"now"});
        co_await until_notes(1);
        EXPECT_EQ(from.notes(), std::vector<std::string>{"now"});
        advance(15min);
        co_await until_notes(2);
    });
    EXPECT_EQ(from.notes(), (std::vector<std::string>{"now", "later"}));
}

TEST_F(JobTest, those_of_a_key_run_one_at_a_time_in_order_and_others_beside_them) {
    int running = 0;
    int most = 0;
    int running_a = 0;
    int most_a = 0;
    from.messaging->job<Ring>(
        [&](const Ring& ring) -> Task<> {
            most = std::max(most, ++running);
            if (ring.bell == "a") most_a = std::max(most_a, ++running_a);
            const auto until = std::chrono::steady_clock::now() + 10s;  // a second one has to come before that
            while (most < 2 && std::chrono::steady_clock::now() < until) co_await async::sleep_for(1ms);
            if (ring.bell == "a") --running_a;
            --running;
        },
        [](const Ring& ring, Transaction& tx) {
            if (ring.bell == "a") Service::note(tx, std::to_string(ring.times));
        });
    from.database->write_blocking([](Transaction& tx) {
        for (int i = 0; i < 5; ++i) tx.enqueue(Ring{"a", i});
        for (int i = 0; i < 5; ++i) tx.enqueue(Ring{"b" + std::to_string(i), i});
    });
    run([&]() -> Task<> { co_await until_notes(5); });
    EXPECT_EQ(from.notes(), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
    EXPECT_EQ(most_a, 1);
    EXPECT_GT(most, 1);
}

TEST_F(JobTest, one_that_retries_holds_neither_events_nor_other_keys) {
    from.messaging->job<Ring>(
        [](const Ring& ring) -> Task<> {
            if (ring.bell == "bad") throw std::runtime_error("not now");
            co_return;
        },
        [](const Ring& ring, Transaction& tx) { Service::note(tx, ring.bell); });
    from.messaging->on<Counted>("from",
                                [](const Counted& event, Transaction& tx) { Service::note(tx, event.counter); });
    run([&]() -> Task<> {
        enqueue({"bad"});
        co_await until(from, [&] { return waiting_with_attempts(1) == 1; });
        enqueue({"good"});
        from.publish(Counted{"bad", 1});
        co_await until_notes(2);
    });
}

TEST_F(JobTest, a_dead_one_is_listed_redriven_and_counts_its_runs_on) {
    bool broken = true;
    from.messaging->job<Ring>(
        [&](const Ring&, JobRun which) -> Task<> {
            runs.push_back(std::to_string(which.number));
            if (broken) throw Permanent("the card was eaten");
            co_return;
        },
        [](const Ring& ring, Transaction& tx) { Service::note(tx, ring.bell); });
    run([&]() -> Task<> {
        enqueue({"b", 1});
        co_await until(from, [&] { return from.count("SELECT COUNT(*) FROM chassis_jobs WHERE state = 'dead'") == 1; });
        enqueue({"b", 2});
        auto dead = co_await from.messaging->dead_letters().list();
        EXPECT_EQ(dead.size(), 1u);
        EXPECT_EQ(dead[0].consumer, "job");
        EXPECT_EQ(dead[0].type, "bell.ring");
        EXPECT_EQ(dead[0].error, "the card was eaten");
        EXPECT_EQ(dead[0].waiting.size(), 1u);
        broken = false;
        bool redriven = co_await from.messaging->dead_letters().redrive(dead[0].id, "operator");
        EXPECT_TRUE(redriven);
        co_await until_notes(2);
    });
    EXPECT_EQ(runs, (std::vector<std::string>{"1", "2", "1"}));
}

TEST_F(JobTest, one_runs_in_the_trace_that_enqueued_it_and_under_a_deadline) {
    std::string trace;
    bool has_deadline = false;
    from.messaging->job<Ring>(
        [&](const Ring&) -> Task<> {
            trace = Context::current()->trace.trace_id_hex();
            has_deadline = Context::current_deadline() != Context::Clock::time_point::max();
            co_return;
        },
        [](const Ring& ring, Transaction& tx) { Service::note(tx, ring.bell); });
    Context context{.trace = base::TraceContext::generate(true)};
    run([&]() -> Task<> {
        {
            Context::Scope scope(context);
            enqueue({"b"});
        }
        co_await until_notes(1);
    });
    EXPECT_EQ(trace, context.trace.trace_id_hex());
    EXPECT_TRUE(has_deadline);
}

TEST_F(JobTest, stopping_waits_for_what_runs) {
    bool ended = false;
    async::Signal begun;
    from.messaging->job<Ring>([&](const Ring&) -> Task<> {
        begun.notify();
        co_await async::sleep_for(5ms);
        ended = true;
    });
    run([&]() -> Task<> {
        enqueue({"b"});
        co_await begun.wait();
    });
    EXPECT_TRUE(ended);
    EXPECT_EQ(from.count("SELECT COUNT(*) FROM chassis_jobs WHERE state = 'done'"), 1);
}

}  // namespace
}  // namespace chassis::messaging
