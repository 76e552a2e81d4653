// A whole neighborhood of real processes on a data folder of its own, for one test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "apps/neighborhood/books.hpp"
#include "apps/neighborhood/shopper.hpp"
#include "apps/neighborhood/state.hpp"
#include "chassis/http/client.hpp"

namespace neighborhood {

struct RunOptions {
    std::string host = "127.0.0.1";
    // Armed in the first process of a service: {"order", "http.before_reply=kill:2"}. Hits count from
    // count_failpoints() on.
    std::vector<std::pair<std::string, std::string>> failpoints{};
    std::vector<std::pair<std::string, std::string>> environment{};
};

class RunningNeighborhood {
  public:
    // Returns once every service is ready. Throws std::runtime_error, with the output of `up`, when they are not within
    // 30 s.
    explicit RunningNeighborhood(RunOptions options = {});
    // Stops everything and removes the folder.
    ~RunningNeighborhood();
    RunningNeighborhood(const RunningNeighborhood&) = delete;
    RunningNeighborhood& operator=(const RunningNeighborhood&) = delete;

    State state() const;
    const std::string& gateway() const { return gateway_; }
    const std::filesystem::path& data() const { return data_; }
    chassis::http::Client& client() { return client_; }

    Shopper shopper(std::string name) { return Shopper(client_, gateway_, std::move(name)); }

    // From now on what is hit at a failpoint counts.
    void count_failpoints();

    // kill -9. The supervisor starts it again. False when it did not run.
    bool kill(const std::string& service);
    int restarts(const std::string& service) const;

    // Reads the books until nothing is unsettled; fails the test when `patience` is over or something is violated.
    void expect_settled(std::chrono::seconds patience);

  private:
    State wait_until(const std::function<bool(const State&)>& holds, std::chrono::seconds patience) const;
    std::string output() const;

    std::filesystem::path data_;
    pid_t pid_ = -1;
    std::string gateway_;
    chassis::http::Client client_;
};

}  // namespace neighborhood
