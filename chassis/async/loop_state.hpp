// What a Loop is made of. For .cpp files that do input and output on a loop; it includes Asio.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "chassis/async/loop.hpp"
#include "chassis/async/timer_queue.hpp"

namespace chassis::async {

struct Loop::State {
    // One thread runs it and sockets are touched only there, so Asio's lock around each socket is left out.
    boost::asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
    TimerQueue timers;
    boost::asio::steady_timer alarm{io};
    Context::Clock::time_point alarm_at = Context::Clock::time_point::max();

    // What others keep for this loop, such as a client's connections, each under a key of its own from new_key(). It
    // goes with the loop.
    std::vector<std::pair<std::uint64_t, std::shared_ptr<void>>> attachments;
    static std::uint64_t new_key() noexcept;

    template <class T, class... Arguments>
    T& attachment(std::uint64_t key, const Arguments&... arguments) {
        for (auto& [its_key, value] : attachments) {
            if (its_key == key) return *static_cast<T*>(value.get());
        }
        return *static_cast<T*>(attachments.emplace_back(key, std::make_shared<T>(arguments...)).second.get());
    }

    // Sees to it that the earliest timer is noticed.
    void set_alarm();
};

}  // namespace chassis::async
