// For tests: a plain blocking TCP socket, so that what goes over the wire is under the test's control.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace chassis::http {

class TestSocket {
  public:
    explicit TestSocket(int socket) : socket_(socket) {
        // A test that waits for what never comes fails, and does not hang.
        timeval patience{.tv_sec = 20, .tv_usec = 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    TestSocket(TestSocket&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}
    ~TestSocket() { close(); }

    static TestSocket connect(std::uint16_t port) {
        int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        auto address = loopback(port);
        EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        return TestSocket(socket);
    }

    void send(std::string_view text) {
        while (!text.empty()) {
            auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // the other side has closed, which the test sees when it reads
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    // One reply, head and body, as its Content-Length says; less when the connection ends before.
    std::string reply(bool has_body = true) {
        while (received_.find("\r\n\r\n") == received_.npos) {
            if (!receive()) return std::exchange(received_, {});
        }
        std::size_t length = received_.find("\r\n\r\n") + 4;
        auto field = received_.find("Content-Length: ");
        if (has_body && field < length) length += std::stoul(received_.substr(field + 16));
        while (received_.size() < length && receive()) {
        }
        std::string whole = received_.substr(0, length);
        received_.erase(0, length);
        return whole;
    }

    // Up to and including `end`, or what came before the connection ended.
    std::string until(std::string_view end) {
        while (received_.find(end) == received_.npos) {
            if (!receive()) return std::exchange(received_, {});
        }
        std::size_t length = received_.find(end) + end.size();
        std::string text = received_.substr(0, length);
        received_.erase(0, length);
        return text;
    }

    // Everything until the other side closes; fails the test when it does not.
    std::string rest() {
        while (receive()) {
        }
        EXPECT_TRUE(ended_) << "the connection was not closed";
        return std::exchange(received_, {});
    }

    void shut_sending() { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    // Ends the connection so that the other side sees a reset.
    void reset() {
        linger now{.l_onoff = 1, .l_linger = 0};
        setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }

    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

  private:
    bool receive() {
        char bytes[16 * 1024];
        auto count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
        ended_ = count == 0 || (count < 0 && errno == ECONNRESET);
        return count > 0;
    }

    int socket_;
    bool ended_ = false;
    std::string received_;
};

// A listening socket whose other side the test plays.
class TestListener {
  public:
    explicit TestListener(int backlog = 16) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        auto address = TestSocket::loopback(0);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(socket_, backlog), 0);
        socklen_t size = sizeof address;
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    ~TestListener() { close(); }
    TestListener(const TestListener&) = delete;
    TestListener& operator=(const TestListener&) = delete;

    std::uint16_t port() const { return port_; }
    int descriptor() const { return socket_; }
    int release() { return std::exchange(socket_, -1); }
    TestSocket accept() { return TestSocket(::accept(socket_, nullptr, nullptr)); }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }

  private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace chassis::http
