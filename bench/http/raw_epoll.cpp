// The peer of the HTTP benchmark: the least that can answer `GET /products/1` on one core. A loop over epoll, one read
// and one write for each request, no library.
//
//     bench_raw_epoll 8001
//
// It understands what the load generator sends and no more: no bodies, no limits, no timeouts. What the chassis costs
// above it is what those cost.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view product = R"({"id":1,"name":"Socks of Doom","price":12.99})";
constexpr std::string_view not_found = R"({"detail":"Not found"})";

struct Connection {
    int socket;
    std::string received;
};

// The head up to the date, made anew once a second as the chassis does.
std::string_view date() {
    static std::string text;
    static std::time_t made = 0;
    timespec now{};
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != made) {
        made = now.tv_sec;
        std::tm parts{};
        gmtime_r(&made, &parts);
        char formatted[64];
        text.assign(formatted, std::strftime(formatted, sizeof formatted, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    }
    return text;
}

void append_reply(std::string& out, std::string_view head) {
    bool known = head.starts_with("GET /products/1 ");
    std::string_view body = known ? product : not_found;
    out.append(known ? "HTTP/1.1 200 OK\r\nDate: " : "HTTP/1.1 404 Not Found\r\nDate: ").append(date());
    out.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
    out.append("\r\n\r\n").append(body);
}

// False when the connection is over.
bool serve(Connection& connection, std::string& out) {
    char bytes[16 * 1024];
    auto count = recv(connection.socket, bytes, sizeof bytes, 0);
    if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
    connection.received.append(bytes, static_cast<std::size_t>(count));
    out.clear();
    std::size_t begin = 0;
    for (std::size_t end; (end = connection.received.find("\r\n\r\n", begin)) != std::string::npos; begin = end + 4) {
        append_reply(out, std::string_view(connection.received).substr(begin, end - begin));
    }
    connection.received.erase(0, begin);
    return out.empty() ||
           send(connection.socket, out.data(), out.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(out.size());
}

int listen_on(std::uint16_t port) {
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(socket, 4096) != 0) {
        std::perror("cannot listen");
        std::exit(1);
    }
    return socket;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s PORT\n", argv[0]);
        return 2;
    }
    int listening = listen_on(static_cast<std::uint16_t>(std::atoi(argv[1])));
    int epoll = epoll_create1(0);
    epoll_event watch{.events = EPOLLIN, .data = {.ptr = nullptr}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listening, &watch);
    std::vector<epoll_event> ready(256);
    std::string out;
    for (;;) {
        int count = epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), -1);
        for (int i = 0; i < count; ++i) {
            auto* connection = static_cast<Connection*>(ready[static_cast<std::size_t>(i)].data.ptr);
            if (!connection) {
                int socket = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK);
                if (socket < 0) continue;
                int on = 1;
                setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch.data.ptr = std::make_unique<Connection>(Connection{socket, {}}).release();
                epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &watch);
            } else if (!serve(*connection, out)) {
                std::unique_ptr<Connection> ended(connection);
                close(ended->socket);
            }
        }
    }
}
