// A client's connections on one loop: for each origin those that are kept, and a queue of calls beyond the limit. For
// the client's .cpp files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chassis/async/timer.hpp"
#include "chassis/async/workers.hpp"
#include "chassis/http/client.hpp"
#include "chassis/http/response_reader.hpp"
#include "chassis/http/url.hpp"
#include "chassis/http/wire.hpp"

namespace chassis::http {

using Time = async::Context::Clock::time_point;

// One connection to an origin, with its buffers.
struct ClientConnection {
    ClientConnection(async::Loop& loop, const Client::Settings& settings)
        : wire(loop), reader(settings.max_head_bytes, settings.max_response_bytes) {}

    Wire wire;
    ResponseReader reader;
    std::string out;
    Time idle_since{};
};

// Ends whatever a call waits for when its time is over.
class Alarm : async::Timer {
  public:
    Alarm() noexcept : Timer(&Alarm::ring) {}

    void watch(Time until, Wire& wire) {
        rang_ = false;
        wire_ = &wire;
        if (until != Time::max()) set(until);
    }
    using Timer::cancel;
    bool rang() const noexcept { return rang_; }

  private:
    static void ring(async::Timer& timer) {
        auto& self = static_cast<Alarm&>(timer);
        self.rang_ = true;
        self.wire_->cancel();
    }

    Wire* wire_ = nullptr;
    bool rang_ = false;
};

class Origin {
  public:
    explicit Origin(std::size_t limit) noexcept : free_(limit) {}

    // The right to use one connection.
    class Slot {
      public:
        explicit Slot(Origin& origin) noexcept : origin_(origin) {}
        ~Slot() { origin_.leave(); }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;

      private:
        Origin& origin_;
    };

    // True when there is a place, now or before `until`; a Slot has to be made of it.
    class [[nodiscard]] Enter : async::Timer {
      public:
        Enter(Origin& origin, Time until) noexcept : Timer(&Enter::expired), origin_(origin), until_(until) {}

        bool await_ready() noexcept;
        void await_suspend(std::coroutine_handle<> waiting);
        bool await_resume() noexcept {
            cancel();
            return entered_;
        }

      private:
        friend class Origin;
        static void expired(async::Timer& timer);

        Origin& origin_;
        Time until_;
        async::Suspension suspension_;
        Enter* next_ = nullptr;
        bool entered_ = false;
    };
    Enter enter(Time until) noexcept { return Enter(*this, until); }

    // A kept connection that is not known to be dead; null when there is none.
    std::unique_ptr<ClientConnection> take_kept();
    void keep(std::unique_ptr<ClientConnection> connection);
    // Closes those that have been idle since before `time`; true when some are left.
    bool close_idle_since(Time time);

  private:
    void leave() noexcept;

    std::size_t free_;
    Enter* first_waiting_ = nullptr;
    Enter* last_waiting_ = nullptr;
    // The last one used is used next, so that the others can go.
    std::vector<std::unique_ptr<ClientConnection>> kept_;
};

class ClientPool {
  public:
    explicit ClientPool(const Client::Settings& settings) noexcept : settings_(settings) {}

    Origin& origin(const Url& url);
    void keep(Origin& origin, std::unique_ptr<ClientConnection> connection);

  private:
    struct Sweep : async::Timer {
        explicit Sweep(ClientPool& pool) noexcept : Timer(&ClientPool::sweep), pool(pool) {}
        ClientPool& pool;
    };
    static void sweep(async::Timer& timer);

    const Client::Settings settings_;
    std::map<std::string, Origin, std::less<>> origins_;
    Sweep sweep_{*this};
};

}  // namespace chassis::http
