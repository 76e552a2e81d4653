// Wherever a process is killed, every event and every job has its effect once,
// and in order within its key.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "tests/integration/kill/world.hpp"

namespace {

using namespace std::chrono_literals;

struct Place {
    World::Process process;
    std::string failpoint;
    int hit;
};

std::string name_of(const testing::TestParamInfo<Place>& info) {
    static constexpr const char* names[] = {"broker_", "source_", "sink_"};
    std::string name = names[info.param.process] + info.param.failpoint;
    for (char& c : name) {
        if (c == '.') c = '_';
    }
    return name;
}

void expect_settled(World& world) {
    auto until = std::chrono::steady_clock::now() + 60s;
    while (!world.wait(1s)) {
        ASSERT_LT(std::chrono::steady_clock::now(), until) << "it has not settled within a minute";
    }
    world.end();
    EXPECT_EQ(world.noted(World::sink, "counted"), world.expected());
    EXPECT_EQ(world.noted(World::sink, "echoed"), world.expected());
    EXPECT_EQ(world.noted(World::source, "heard"), world.expected());
    EXPECT_EQ(world.done_outside(), world.expected());
    EXPECT_EQ(world.left_over(World::sink), 0);
    EXPECT_EQ(world.left_over(World::source), 0);
}

class KillTest : public testing::TestWithParam<Place> {};

TEST_P(KillTest, nothing_is_lost_doubled_or_out_of_order) {
    const Place& place = GetParam();
    World world;
    world.arm(place.process, place.failpoint + "=kill:" + std::to_string(place.hit));
    world.start_all();
    expect_settled(world);
    EXPECT_EQ(world.deaths(place.process), 1) << "the failpoint was not met";
}

INSTANTIATE_TEST_SUITE_P(
    AtEachStep, KillTest,
    testing::Values(Place{World::source, "write.before_commit", 7}, Place{World::source, "write.after_commit", 7},
                    Place{World::source, "outbox.before_publish", 2}, Place{World::source, "outbox.after_confirm", 2},
                    Place{World::source, "client.after_reply", 3}, Place{World::source, "inbox.before_commit", 4},
                    Place{World::source, "inbox.after_commit", 4}, Place{World::source, "inbox.before_acknowledge", 2},
                    Place{World::sink, "write.before_commit", 9}, Place{World::sink, "write.after_commit", 9},
                    Place{World::sink, "inbox.before_commit", 5}, Place{World::sink, "inbox.after_commit", 5},
                    Place{World::sink, "inbox.after_store", 2}, Place{World::sink, "inbox.before_acknowledge", 2},
                    Place{World::sink, "job.before_run", 5}, Place{World::sink, "job.after_run", 5},
                    Place{World::sink, "job.after_commit", 5}, Place{World::sink, "outbox.before_publish", 2},
                    Place{World::sink, "outbox.after_confirm", 2}, Place{World::sink, "client.after_reply", 4},
                    Place{World::broker, "write.before_commit", 4}, Place{World::broker, "write.after_commit", 4},
                    Place{World::broker, "broker.after_append", 3}, Place{World::broker, "broker.before_deliver", 3},
                    Place{World::broker, "http.before_reply", 6}),
    name_of);

TEST(KillAtRandomTest, nothing_is_lost_doubled_or_out_of_order) {
    const char* given = std::getenv("KILL_SEED");
    const unsigned seed = given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::printf("KILL_SEED=%u repeats the order of the kills\n", seed);
    std::minstd_rand random(seed);

    World world(60);
    world.start_all();
    int kills = 0;
    while (kills < 25 && !world.wait(std::chrono::milliseconds(5 + random() % 60))) {
        world.kill(static_cast<World::Process>(random() % 3));
        ++kills;
    }
    EXPECT_GT(kills, 3) << "it was done before anybody was killed";
    expect_settled(world);
}

}  // namespace
