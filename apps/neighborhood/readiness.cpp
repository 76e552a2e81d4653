#include "apps/neighborhood/readiness.hpp"

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace neighborhood {

using namespace std::chrono_literals;

Readiness::Readiness(const sockaddr_in& address) : address_(address) { ask(); }

void Readiness::ask() {
    Descriptor connection{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const std::string question =
        "GET /health/ready HTTP/1.1\r\nHost: " + to_string(address_) + "\r\nConnection: close\r\n\r\n";
    // Connecting to a listening socket of this machine does not block: its backlog takes the connection.
    if (connection &&
        ::connect(connection.number(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0 &&
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
