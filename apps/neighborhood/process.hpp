// One child process with the listening socket that outlives it.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace neighborhood {

// A file descriptor that closes itself.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor();

    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

// A listening TCP socket. Port 0 picks a free one. Throws std::system_error, naming address and port.
Descriptor listen_on(const std::string& host, std::uint16_t port);

// Where this machine reaches a listening socket: 127.0.0.1 for one that listens on all addresses.
sockaddr_in address_of(const Descriptor& socket);

// Whether only this machine reaches it.
bool is_on_loopback(const Descriptor& socket);

// "127.0.0.1:8080"
std::string to_string(const sockaddr_in& address);

struct Child {
    pid_t pid;
    Descriptor handle;  // readable once the process has ended
};

// Starts `program` with the socket as its file descriptor 3 (LISTEN_FDS=1), its output appended to `log`. The child is
// killed when the calling thread ends. Throws std::system_error.
Child start(const std::filesystem::path& program, const std::vector<std::pair<std::string, std::string>>& environment,
            const Descriptor& socket, const std::filesystem::path& log);

}  // namespace neighborhood
