#include "tests/conformance/broker/broker_process.hpp"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

BrokerProcess::BrokerProcess(std::vector<std::string> environment) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool listens = listening_ >= 0 && ::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                         ::listen(listening_, 64) == 0 &&
                         ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (!listens) throw std::system_error(errno, std::generic_category(), "cannot listen on a free port");
    port_ = ntohs(address.sin_port);
    start(std::move(environment));
}

BrokerProcess::~BrokerProcess() {
    kill();
    ::close(listening_);
}

void BrokerProcess::start(std::vector<std::string> environment) {
    environment.insert(environment.end(), {"DATABASE_URL=" + file_.settings().url, "SERVICE_TOKEN=secret",
                                           "LISTEN_FDS=1", "LOG_LEVEL=error"});
    std::vector<char*> variables;
    for (auto& variable : environment) variables.push_back(variable.data());
    variables.push_back(nullptr);
    std::string program = std::string(BINARY_ROOT) + "/bin/broker";
    std::string loops = "--loops=1";
    std::array<char*, 3> arguments{program.data(), loops.data(), nullptr};
    pid_ = ::fork();
    if (pid_ != 0) return;
    // dup2() onto itself would leave the socket to be closed by exec.
    if (listening_ == 3) {
        const int copy = ::dup(listening_);
        ::close(listening_);
        ::dup2(copy, 3);
    } else {
        ::dup2(listening_, 3);
    }
    ::execve(program.c_str(), arguments.data(), variables.data());
    ::_exit(127);
}

void BrokerProcess::kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
}

int BrokerProcess::wait() {
    if (pid_ <= 0) return 0;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

chassis::messaging::EmbeddedBroker::Settings BrokerProcess::settings(std::string instance) const {
    return {.url = "http://127.0.0.1:" + std::to_string(port_),
            .service_token = chassis::settings::Secret("secret"),
            .instance = std::move(instance)};
}
