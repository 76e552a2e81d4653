// What a server has on one loop: its connections, one timer for all their deadlines, the date. For the server's .cpp
// files.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "chassis/async/task_group.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/http/connection.hpp"

namespace chassis::http {

// Except for `count` it is touched only on its loop.
class LoopServer {
  public:
    LoopServer(async::Loop& loop, const Server::Settings& settings, const Server::Handler& handler,
               const std::atomic<bool>& draining);

    async::Loop& loop() noexcept { return loop_; }
    const Server::Settings& settings() const noexcept { return settings_; }
    const Server::Handler& handler() const noexcept { return handler_; }
    bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }
    // "Sun, 06 Nov 1994 08:49:37 GMT", made anew once a second.
    std::string_view date() noexcept;

    // Takes over a connected socket, which `count` counts already.
    void take(int socket, bool ipv6, std::string remote_address, bool turn_away);
    // In a Context of its own.
    void run_after_reply(std::move_only_function<async::Task<>()> after, const base::TraceContext& trace);

    void end_idle();
    void cut_all();
    // Until no connection is left and no work after a reply.
    async::Task<> join();

    // Connections on this loop. Counted before they are handed over, so that the loop with the fewest is known
    // elsewhere.
    std::atomic<std::size_t> count{0};

  private:
    static void tick(async::Timer& timer);
    async::Task<> serve(int socket, bool ipv6, std::string remote_address, bool turn_away);

    struct Tick : async::Timer {
        explicit Tick(LoopServer& owner) noexcept : Timer(&LoopServer::tick), owner(owner) {}
        LoopServer& owner;
    };

    async::Loop& loop_;
    const Server::Settings& settings_;
    const Server::Handler& handler_;
    const std::atomic<bool>& draining_;
    std::chrono::nanoseconds tick_period_;
    Tick tick_{*this};
    Connection* first_ = nullptr;
    async::TaskGroup tasks_;
    std::int64_t date_second_ = -1;
    char date_[32] = {};
};

}  // namespace chassis::http
