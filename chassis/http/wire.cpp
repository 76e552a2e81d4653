#include "chassis/http/wire.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

namespace chassis::http {

void Wire::Read::await_suspend(std::coroutine_handle<> waiting) {
    suspension.suspend(waiting);
    wire.socket_.async_read_some(boost::asio::buffer(to, room), [this](const Error& error, std::size_t bytes) {
        wire.error_ = error;
        count = bytes;
        suspension.resume();
    });
}

void Wire::Writable::await_suspend(std::coroutine_handle<> waiting) {
    suspension.suspend(waiting);
    wire.socket_.async_wait(boost::asio::socket_base::wait_write, [this](const Error& error) {
        ready = !error;
        suspension.resume();
    });
}

std::ptrdiff_t Wire::send(std::string_view first, std::string_view second) noexcept {
    constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
    int socket = socket_.native_handle();
    for (;;) {
        ssize_t sent;
        if (second.empty()) {
            // The plain call costs the kernel less.
            sent = ::send(socket, first.data(), first.size(), flags);
        } else {
            iovec parts[] = {{const_cast<char*>(first.data()), first.size()},
                             {const_cast<char*>(second.data()), second.size()}};
            msghdr message{};
            message.msg_iov = parts;
            message.msg_iovlen = 2;
            sent = ::sendmsg(socket, &message, flags);
        }
        if (sent >= 0) return sent;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
        if (errno != EINTR) return -1;
    }
}

void Wire::cancel() noexcept {
    Error ignored;
    socket_.cancel(ignored);
}

void Wire::shut_sending() noexcept {
    Error ignored;
    socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
}

void Wire::shut() noexcept {
    Error ignored;
    socket_.shutdown(boost::asio::socket_base::shutdown_both, ignored);
    socket_.cancel(ignored);
}

void Wire::close() noexcept {
    Error ignored;
    socket_.close(ignored);
}

bool Wire::peer_is_gone() noexcept {
    char byte;
    auto peeked = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

bool Wire::is_quiet() noexcept {
    char byte;
    return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace chassis::http
