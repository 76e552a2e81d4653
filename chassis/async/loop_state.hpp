// What a Loop is made of. For .cpp files that do input and output on a loop; it includes Asio.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

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

    // Sees to it that the earliest timer is noticed.
    void set_alarm();
};

}  // namespace chassis::async
