#include "chassis/http/server.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "chassis/async/signal.hpp"
#include "chassis/http/loop_server.hpp"

namespace chassis::http {
namespace {

using namespace std::chrono_literals;

constexpr int backlog = 4096;
// Accepted in a row before other work of the loop goes on.
constexpr int accepted_together = 64;
// Connections above the limit that still get an answer; beyond these they are closed at once.
constexpr std::size_t turned_away_politely = 256;

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::string address_text(const sockaddr_storage& address) {
    char text[INET6_ADDRSTRLEN] = {};
    if (address.ss_family == AF_INET6) {
        auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        return "[" + std::string(text) + "]:" + std::to_string(ntohs(v6.sin6_port));
    }
    auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(v4.sin_port));
}

int open_listener(const addrinfo& address) {
    int socket = ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
    if (socket < 0) return -1;
    int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(socket, address.ai_addr, address.ai_addrlen) == 0 && ::listen(socket, backlog) == 0) return socket;
    int error = errno;
    close(socket);
    errno = error;
    return -1;
}

struct WaitReadable {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        suspension.suspend(waiting);
        descriptor.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](boost::system::error_code error) {
            readable = !error;
            suspension.resume();
        });
    }
    bool await_resume() const noexcept { return readable; }

    boost::asio::posix::stream_descriptor& descriptor;
    bool readable = false;
    async::Suspension suspension{};
};

}  // namespace

struct Server::Shared {
    Settings settings;
    Handler handler;
    int listening = -1;
    std::atomic<bool> draining{false};
    std::vector<std::unique_ptr<LoopServer>> loops;
    // On the first loop: the socket while it accepts.
    std::optional<boost::asio::posix::stream_descriptor> acceptor;
    bool accepting = false;
    // What drain() waits for: the acceptor, the loops, what was posted to them.
    std::mutex mutex;
    std::size_t parts_running = 0;
    async::Signal part_ended;

    Shared(Settings s, Handler h) : settings(std::move(s)), handler(std::move(h)) {}

    std::size_t connections() const noexcept {
        std::size_t total = 0;
        for (auto& loop : loops) total += loop->count.load(std::memory_order_relaxed);
        return total;
    }

    async::Task<> accept();
    // False when none is waiting any more or none can be taken now.
    bool accept_one();
    void assign(int socket, const sockaddr_storage& address);
    void begin_parts(std::size_t parts) {
        std::lock_guard lock(mutex);
        parts_running += parts;
    }
    // Rung inside the lock: whoever sees the last part end may destroy all this.
    void end_part() noexcept {
        std::lock_guard lock(mutex);
        --parts_running;
        part_ended.notify();
    }
    std::size_t parts() {
        std::lock_guard lock(mutex);
        return parts_running;
    }
    // False when more than `left` still run at the deadline.
    async::Task<bool> wait_for_parts(std::size_t left, async::Context::Clock::time_point deadline);
    async::Task<> stop_accepting();
    async::Task<> end_connections(LoopServer& loop);
    async::Task<> cut_connections(LoopServer& loop);
};

Server::Server(Settings settings, Handler handler)
    : shared_(std::make_unique<Shared>(std::move(settings), std::move(handler))) {}

Server::~Server() {
    if (!shared_->acceptor && shared_->listening >= 0) close(shared_->listening);
}

void Server::listen(const std::string& address, std::uint16_t port) {
    std::string place = address + ":" + std::to_string(port);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found)) {
        throw std::system_error(std::make_error_code(std::errc::address_not_available),
                                "cannot listen on " + place + " (" + gai_strerror(error) + ")");
    }
    std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
    int socket = open_listener(*addresses);
    if (socket < 0) throw_errno("cannot listen on " + place);
    shared_->listening = socket;
}

void Server::adopt(int listening_socket) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(listening_socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens) {
        throw std::system_error(
            std::make_error_code(std::errc::not_a_socket),
            "the inherited descriptor " + std::to_string(listening_socket) + " is not a listening socket");
    }
    shared_->listening = listening_socket;
}

std::uint16_t Server::port() const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(shared_->listening, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw_errno("the server does not listen");
    }
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                               : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

void Server::start(std::span<async::Loop* const> loops) {
    if (shared_->listening < 0) throw std::logic_error("a server listens or adopts a socket before it starts");
    for (async::Loop* loop : loops) {
        shared_->loops.push_back(
            std::make_unique<LoopServer>(*loop, shared_->settings, shared_->handler, shared_->draining));
    }
    shared_->begin_parts(1);
    shared_->accepting = true;
    loops.front()->spawn(shared_->accept());
}

async::Task<> Server::Shared::accept() {
    acceptor.emplace(loops.front()->loop().state().io, listening);
    acceptor->non_blocking(true);
    bool open = true;
    while (accepting && open) {
        int taken = 0;
        while (taken < accepted_together && accept_one()) ++taken;
        if (taken == accepted_together) {
            co_await async::yield();
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            // Descriptors come back as connections end, which readiness does not tell.
            co_await async::sleep_for(50ms);
            continue;
        }
        bool readable = co_await WaitReadable{*acceptor};
        open = readable;
    }
    // Whoever is in the queue by now was promised an answer.
    while (accept_one()) {
    }
    acceptor.reset();
    listening = -1;
    end_part();
}

bool Server::Shared::accept_one() {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    int socket = accept4(listening, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return errno == ECONNABORTED || errno == EINTR || errno == EPERM || errno == EPROTO;
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    assign(socket, address);
    return true;
}

void Server::Shared::assign(int socket, const sockaddr_storage& address) {
    std::size_t open = connections();
    if (open >= settings.max_connections + turned_away_politely) {
        close(socket);
        return;
    }
    auto fewest =
        std::ranges::min_element(loops, {}, [](auto& loop) { return loop->count.load(std::memory_order_relaxed); });
    LoopServer& target = **fewest;
    target.count.fetch_add(1, std::memory_order_relaxed);
    bool ipv6 = address.ss_family == AF_INET6;
    bool turn_away = open >= settings.max_connections;
    if (target.loop().is_current()) {
        target.take(socket, ipv6, address_text(address), turn_away);
        return;
    }
    target.loop().post([&target, socket, ipv6, remote = address_text(address), turn_away]() mutable {
        target.take(socket, ipv6, std::move(remote), turn_away);
    });
}

async::Task<> Server::Shared::stop_accepting() {
    accepting = false;
    boost::system::error_code ignored;
    if (acceptor) acceptor->cancel(ignored);
    end_part();
    co_return;
}

async::Task<> Server::Shared::end_connections(LoopServer& loop) {
    loop.end_idle();
    co_await loop.join();
    end_part();
}

async::Task<> Server::Shared::cut_connections(LoopServer& loop) {
    loop.cut_all();
    end_part();
    co_return;
}

async::Task<bool> Server::Shared::wait_for_parts(std::size_t left, async::Context::Clock::time_point deadline) {
    while (parts() > left) {
        bool rung = co_await part_ended.wait_until(deadline);
        if (!rung) co_return parts() <= left;
    }
    co_return true;
}

async::Task<bool> Server::drain(std::chrono::steady_clock::time_point deadline) {
    constexpr auto never = async::Context::Clock::time_point::max();
    Shared& shared = *shared_;
    if (shared.loops.empty()) co_return true;
    shared.draining = true;
    auto delay_end = async::Context::Clock::now() + shared.settings.drain_delay;
    co_await async::sleep_until(std::min(delay_end, deadline));

    // The acceptor hands over what is queued; only then are the loops told that nobody more will come.
    shared.begin_parts(1);
    shared.loops.front()->loop().spawn(shared.stop_accepting());
    co_await shared.wait_for_parts(0, never);
    shared.begin_parts(shared.loops.size());
    for (auto& loop : shared.loops) loop->loop().spawn(shared.end_connections(*loop));
    bool ended = co_await shared.wait_for_parts(0, deadline);
    if (ended) co_return true;
    shared.begin_parts(shared.loops.size());
    for (auto& loop : shared.loops) loop->loop().spawn(shared.cut_connections(*loop));
    ended = co_await shared.wait_for_parts(0, async::Context::Clock::now() + 1s);
    co_return ended;
}

std::size_t Server::connections() const noexcept { return shared_->connections(); }

}  // namespace chassis::http
