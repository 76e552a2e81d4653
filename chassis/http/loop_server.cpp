#include "chassis/http/loop_server.hpp"

#include <algorithm>
#include <ctime>

#include "chassis/telemetry/log.hpp"

namespace chassis::http {
namespace {

using namespace std::chrono_literals;

// A timeout may be late by a quarter of the shortest one.
std::chrono::nanoseconds period_for(const Server::Settings& settings) {
    auto shortest =
        std::min({settings.head_timeout, settings.idle_timeout, settings.request_timeout, settings.deadline_grace});
    return std::clamp<std::chrono::nanoseconds>(shortest / 4, 5ms, 250ms);
}

async::Task<> run_detached(std::move_only_function<async::Task<>()> after, base::TraceContext trace) {
    async::Context context{.trace = trace};
    async::Context::Scope scope(context);
    try {
        co_await after();
    } catch (const std::exception& error) {
        telemetry::log_error("work after a reply failed", {{"error", error.what()}});
    } catch (...) {
        telemetry::log_error("work after a reply failed", {{"error", "not a std::exception"}});
    }
}

}  // namespace

LoopServer::LoopServer(async::Loop& loop, const Server::Settings& settings, const Server::Handler& handler,
                       const std::atomic<bool>& draining)
    : loop_(loop), settings_(settings), handler_(handler), draining_(draining), tick_period_(period_for(settings)) {}

std::string_view LoopServer::date() noexcept {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    timespec now{};
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != date_second_) {
        date_second_ = now.tv_sec;
        std::tm parts{};
        gmtime_r(&now.tv_sec, &parts);
        // Not by strftime alone: names of days and months do not follow the locale.
        char numbers[32];
        std::strftime(numbers, sizeof numbers, "..., %d ... %Y %H:%M:%S GMT", &parts);
        std::copy_n(numbers, 30, date_);
        std::copy_n(days[parts.tm_wday], 3, date_);
        std::copy_n(months[parts.tm_mon], 3, date_ + 8);
    }
    return {date_, 29};
}

void LoopServer::take(int socket, bool ipv6, std::string remote_address, bool turn_away) {
    tasks_.spawn(serve(socket, ipv6, std::move(remote_address), turn_away));
}

async::Task<> LoopServer::serve(int socket, bool ipv6, std::string remote_address, bool turn_away) {
    {
        Connection connection(*this, socket, ipv6, std::move(remote_address));
        connection.next_ = first_;
        connection.link_ = &first_;
        if (first_) first_->link_ = &connection.next_;
        first_ = &connection;
        if (!tick_.armed()) tick_.set(Connection::Clock::now() + tick_period_);

        if (turn_away) {
            co_await connection.turn_away();
        } else {
            co_await connection.serve();
        }

        *connection.link_ = connection.next_;
        if (connection.next_) connection.next_->link_ = connection.link_;
    }
    count.fetch_sub(1, std::memory_order_relaxed);
}

void LoopServer::tick(async::Timer& timer) {
    LoopServer& self = static_cast<Tick&>(timer).owner;
    if (!self.first_) return;
    auto now = Connection::Clock::now();
    for (Connection* connection = self.first_; connection; connection = connection->next_) connection->check_time(now);
    self.tick_.set(now + self.tick_period_);
}

void LoopServer::run_after_reply(std::move_only_function<async::Task<>()> after, const base::TraceContext& trace) {
    tasks_.spawn(run_detached(std::move(after), trace));
}

void LoopServer::end_idle() {
    auto until = Connection::Clock::now() + 1s;
    for (Connection* connection = first_; connection; connection = connection->next_) connection->end_if_idle(until);
}

void LoopServer::cut_all() {
    for (Connection* connection = first_; connection; connection = connection->next_) connection->cut();
}

async::Task<> LoopServer::join() {
    co_await tasks_.join();
    tick_.cancel();
}

}  // namespace chassis::http
