#include "apps/neighborhood/readiness.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <string_view>

namespace neighborhood {

using namespace std::chrono_literals;

Readiness::Readiness(std::uint16_t port) : port_(port) { ask(); }

void Readiness::ask() {
    Descriptor connection{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    constexpr std::string_view question = "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    // Connecting to a listening socket of this machine does not block: its backlog takes the connection.
    if (::connect(connection.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::send(connection.number(), question.data(), question.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(question.size())) {
        connection_ = std::move(connection);
    } else {
        ask_at_ = std::chrono::steady_clock::now() + 20ms;
    }
}

bool Readiness::answered() {
    char head[12];  // "HTTP/1.1 200"
    const auto size = ::recv(connection_.number(), head, sizeof head, MSG_WAITALL | MSG_DONTWAIT);
    connection_ = Descriptor{};
    ask_at_ = std::chrono::steady_clock::now() + 10ms;
    return size == sizeof head && std::string_view(head, sizeof head).ends_with(" 200");
}

}  // namespace neighborhood
