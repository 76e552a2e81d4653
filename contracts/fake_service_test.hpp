// A service that answers what a test tells it to.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include "chassis/async/loop.hpp"
#include "chassis/discovery/directory.hpp"
#include "chassis/discovery/service_client.hpp"
#include "chassis/http/client.hpp"
#include "chassis/http/server.hpp"

namespace contracts {

class FakeService {
  public:
    using Answer = std::function<chassis::Task<chassis::Response>(chassis::Request&)>;

    // The closure of `answer` lives as long as the service.
    explicit FakeService(Answer answer)
        : answer_(std::move(answer)), server_({}, [this](chassis::Request& request) { return answer_(request); }) {
        server_.listen("127.0.0.1", 0);
        server_.start(loops_.all());
        directory_.emplace("fake=127.0.0.1:" + std::to_string(server_.port()));
    }
    ~FakeService() {
        std::promise<void> drained;
        loops_[0].spawn(drain(drained));
        drained.get_future().wait();
    }
    FakeService(const FakeService&) = delete;
    FakeService& operator=(const FakeService&) = delete;

    chassis::ServiceClient client() { return {client_, *directory_, "fake"}; }

  private:
    chassis::Task<> drain(std::promise<void>& drained) {
        co_await server_.drain(chassis::async::Context::Clock::now() + std::chrono::seconds(10));
        drained.set_value();
    }

    Answer answer_;
    std::optional<chassis::StaticDirectory> directory_;
    chassis::http::Client client_{{}};
    chassis::async::Loops loops_{1};
    chassis::http::Server server_;
};

}  // namespace contracts
