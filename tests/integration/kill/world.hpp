// A broker and two services as processes, each started again when it dies.
//
//     World world;
//     world.arm(World::sink, "job.after_run=kill:3");
//     world.start_all();
//     while (!world.wait(1s)) {
//     }
//     world.end();
//     EXPECT_EQ(world.noted(World::sink, "counted"), world.expected());
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "chassis/database/temporary_database.hpp"

struct Noted {
    std::string key;
    int number;
    auto operator<=>(const Noted&) const = default;
};

class World {
  public:
    enum Process { broker, source, sink };
    static constexpr int keys = 3;

    /// The source publishes this many events for each key.
    explicit World(int numbers = 12);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// The process's first start has these failpoints armed
    /// (NEIGHBORHOOD_FAILPOINTS), later ones none.
    void arm(Process process, std::string failpoints);
    void start_all();

    void kill(Process process);
    /// Waits for a death, which is followed by a new start, for "done", or for
    /// `most` to pass. True once the source has said "done".
    bool wait(std::chrono::milliseconds most);
    /// How often a process died by SIGKILL.
    [[nodiscard]] int deaths(Process process) const { return deaths_[process]; }
    /// Kills all; from here on their databases can be read.
    void end();

    /// What a service noted on a list, in the order of its commits, key by key.
    std::vector<Noted> noted(Process process, const std::string& list);
    /// Everything once, in order.
    std::vector<Noted> expected() const;
    /// What the jobs did outside, each thing once however often it was done.
    std::vector<Noted> done_outside();
    /// Rows that still wait somewhere: in an outbox, an inbox, among the jobs.
    std::int64_t left_over(Process process);

  private:
    struct Child {
        pid_t pid = -1;
        int death = -1;
        int output = -1;
        std::string failpoints;
    };

    void start(Process process);
    void bury(Process process);
    std::string path(Process process) const;

    const int numbers_;
    chassis::database::TemporaryDatabase folder_;
    int socket_ = -1;
    std::string url_;
    std::array<Child, 3> children_;
    std::array<int, 3> deaths_{};
    bool done_ = false;
};
