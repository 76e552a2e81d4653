#include "apps/neighborhood/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace neighborhood {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

constexpr int inherited_socket = 3;

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

sockaddr_in bound_address(const Descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
    return address;
}

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Descriptor listen_on(const std::string& host, std::uint16_t port) {
    const std::string where = host + ":" + std::to_string(port);
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket) fail("cannot open a socket");
    const int yes = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        throw std::system_error(EINVAL, std::generic_category(), host + " is not an IPv4 address");
    }
    if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.number(), SOMAXCONN) != 0) {
        fail("cannot listen on " + where);
    }
    return socket;
}

bool is_on_loopback(const Descriptor& socket) {
    return ntohl(bound_address(socket).sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

sockaddr_in address_of(const Descriptor& socket) {
    auto address = bound_address(socket);
    if (address.sin_addr.s_addr == htonl(INADDR_ANY)) address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::string to_string(const sockaddr_in& address) {
    char host[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &address.sin_addr, host, sizeof host);
    return std::string(host) + ":" + std::to_string(ntohs(address.sin_port));
}

Child start(const std::filesystem::path& program, const std::vector<std::pair<std::string, std::string>>& environment,
            const Descriptor& socket, const std::filesystem::path& log) {
    // Everything is made ready before the fork: the child may only make system calls.
    std::vector<std::string> arguments{program.string()};
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const auto name = text.substr(0, text.find('='));
        bool replaced = false;
        for (const auto& [key, value] : environment) replaced = replaced || key == name;
        if (!replaced) variables.emplace_back(text);
    }
    for (const auto& [key, value] : environment) variables.push_back(key + "=" + value);
    variables.emplace_back("LISTEN_FDS=1");
    auto argv = pointers(arguments);
    auto envp = pointers(variables);
    const Descriptor output{::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    if (!output) fail("cannot write " + log.string());

    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) fail("cannot start " + program.string());
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(127);  // it died before the line above
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::setpgid(0, 0);  // Ctrl-C reaches the supervisor only, which stops its children in order
        ::dup2(output.number(), STDOUT_FILENO);
        ::dup2(output.number(), STDERR_FILENO);
        if (socket.number() == inherited_socket) {
            ::fcntl(inherited_socket, F_SETFD, 0);
        } else {
            ::dup2(socket.number(), inherited_socket);
        }
        ::execve(argv[0], argv.data(), envp.data());
        constexpr char message[] = "cannot execute the program\n";
        [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, message, sizeof message - 1);
        ::_exit(127);
    }
    // glibc 2.36 declares pidfd_open for C only.
    Descriptor handle{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (!handle) fail("pidfd_open");
    return {pid, std::move(handle)};
}

}  // namespace neighborhood
