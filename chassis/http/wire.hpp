// A connected socket of one loop, for the server's and the client's .cpp files; it includes Asio.
//
// TLS, when it comes, comes in here: whoever reads and writes through a Wire does not know what the bytes look like
// outside.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <string_view>

#include "chassis/async/loop_state.hpp"

namespace chassis::http {

class Wire {
  public:
    using Error = boost::system::error_code;

    explicit Wire(async::Loop& loop) : socket_(loop.state().io) {}
    // Takes a connected, non-blocking socket.
    Wire(async::Loop& loop, bool ipv6, int connected) : socket_(loop.state().io) { assign(ipv6, connected); }

    void assign(bool ipv6, int connected) {
        socket_.assign(ipv6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4(), connected);
    }
    bool is_open() const noexcept { return socket_.is_open(); }
    int descriptor() noexcept { return socket_.native_handle(); }

    struct [[nodiscard]] Read {
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting);
        // The bytes read; 0 at the end of the stream and on an error.
        std::size_t await_resume() const noexcept { return count; }

        Wire& wire;
        char* to;
        std::size_t room;
        std::size_t count = 0;
        async::Suspension suspension{};
    };
    Read read(char* to, std::size_t room) noexcept { return Read{*this, to, room}; }
    // Of the last read.
    Error error() const noexcept { return error_; }

    // Waits until there is room to write. False when the wait was cancelled or failed.
    struct [[nodiscard]] Writable {
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting);
        bool await_resume() const noexcept { return ready; }

        Wire& wire;
        bool ready = false;
        async::Suspension suspension{};
    };
    Writable writable() noexcept { return Writable{*this}; }

    // Sends both now, as far as the socket takes them, with one call. The number of bytes taken; -1 when the connection
    // is broken.
    std::ptrdiff_t send(std::string_view first, std::string_view second) noexcept;

    // Makes pending reads and writes end with an error.
    void cancel() noexcept;
    // The other side sees the end of the stream; reading goes on.
    void shut_sending() noexcept;
    // Pending reads and writes end.
    void shut() noexcept;
    void close() noexcept;
    // True when the other side has closed or reset, as far as the kernel knows by now. Takes no byte.
    bool peer_is_gone() noexcept;
    // True when the connection stands and nothing has arrived on it.
    bool is_quiet() noexcept;

  private:
    // The executor's own type: the erased one that tcp::socket has costs on every operation.
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type> socket_;
    Error error_;
};

}  // namespace chassis::http
