// SIGTERM to a process that serves.
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "chassis/http/test_socket.hpp"

namespace {

using namespace std::chrono_literals;
using chassis::http::TestListener;
using chassis::http::TestSocket;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::filesystem::path new_folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "drain-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    return pattern;
}

class DrainTest : public testing::Test {
  protected:
    DrainTest() {
        pid = ::fork();
        if (pid != 0) {
            // From here on the socket is the service's alone.
            listener.close();
            return;
        }
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (listener.descriptor() != 3) {
            ::dup2(listener.descriptor(), 3);
            listener.close();
        }
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LOG_LEVEL", "error", 1);
        const std::string program = std::string(BINARY_ROOT) + "/tests/drain_service";
        ::execl(program.c_str(), program.c_str(), folder.c_str(), nullptr);
        ::_exit(127);
    }
    ~DrainTest() override {
        if (pid > 0) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
        }
        std::filesystem::remove_all(folder);
    }

    TestSocket connect() const { return TestSocket::connect(port); }
    bool is_refused() const {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        const auto address = TestSocket::loopback(port);
        const bool refused = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
        ::close(socket);
        return refused;
    }
    void wait_for_file(const char* name) const {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!std::filesystem::exists(folder / name)) {
            if (std::chrono::steady_clock::now() > until) throw std::runtime_error(std::string("no file ") + name);
            std::this_thread::sleep_for(2ms);
        }
    }
    void make_file(const char* name) const { std::ofstream(folder / name).flush(); }
    // The exit status; -1 when it was killed.
    int wait_for_end() {
        int status = 0;
        ::waitpid(std::exchange(pid, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    const std::filesystem::path folder = new_folder();
    TestListener listener;
    const std::uint16_t port = listener.port();
    pid_t pid = -1;
};

TEST_F(DrainTest, a_request_under_way_is_answered_after_sigterm) {
    auto idle = connect();
    idle.send("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(idle.reply(), StartsWith("HTTP/1.1 200 OK\r\n"));
    auto busy = connect();
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for_file("begun");

    ::kill(pid, SIGTERM);
    EXPECT_EQ(idle.rest(), "") << "an idle connection is closed without a word";
    EXPECT_TRUE(is_refused());

    make_file("go");
    const std::string reply = busy.rest();
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(reply, EndsWith("\r\n\r\ndone"));
    busy.close();
    EXPECT_EQ(wait_for_end(), 0);
}

}  // namespace
