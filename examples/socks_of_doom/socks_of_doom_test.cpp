// The program itself, as a process, asked over its socket.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "chassis/async/run.hpp"
#include "chassis/http/client.hpp"

namespace {

using namespace chassis;
using testing::HasSubstr;

const char* const program = BINARY_ROOT "/bin/socks_of_doom";

// The program, with its stderr in a pipe.
class Process {
  public:
    // `inherited` becomes file descriptor 3 with LISTEN_FDS=1; -1 for none.
    explicit Process(std::vector<std::string> arguments, int inherited = -1) {
        int out[2];
        if (::pipe(out) != 0) throw std::runtime_error("pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(out[1], STDOUT_FILENO);
            ::dup2(out[1], STDERR_FILENO);
            if (inherited >= 0) {
                ::dup2(inherited, 3);
                ::setenv("LISTEN_FDS", "1", 1);
                ::unsetenv("LISTEN_PID");
            }
            ::close(out[0]);
            std::vector<char*> argv{const_cast<char*>(program)};
            for (auto& argument : arguments) argv.push_back(argument.data());
            argv.push_back(nullptr);
            ::execv(program, argv.data());
            ::_exit(127);
        }
        ::close(out[1]);
        output_ = out[0];
    }
    ~Process() {
        if (pid_ > 0) ::kill(pid_, SIGKILL);
        wait();
        ::close(output_);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // Up to the line that has `text`, or to the end.
    std::string read_until(std::string_view text) {
        char byte;
        std::size_t line = seen_.size();
        while (::read(output_, &byte, 1) == 1) {
            seen_ += byte;
            if (byte != '\n') continue;
            if (seen_.find(text, line) != seen_.npos) return seen_.substr(line);
            line = seen_.size();
        }
        return seen_.substr(line);
    }
    std::string read_all() {
        read_until("no line has this");
        return seen_;
    }
    // From the log line that says where it listens.
    int port() {
        const std::string line = read_until("\"listening\"");
        const auto at = line.find("\"port\":");
        return at == line.npos ? 0 : std::stoi(line.substr(at + 7));
    }
    void tell(int signal) const { ::kill(pid_, signal); }
    // Its exit status.
    int wait() {
        if (pid_ <= 0) return status_;
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = 0;
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return status_;
    }

  private:
    pid_t pid_ = 0;
    int output_ = -1;
    int status_ = 0;
    std::string seen_;
};

http::ClientResponse get(int port, const std::string& path) {
    http::Client client({});
    return async::run(client.send(http::ClientRequest(Method::get, "http://127.0.0.1:" + std::to_string(port) + path)));
}

TEST(SocksOfDoomTest, it_answers_as_its_readme_says) {
    Process process({"--port", "0", "--loops", "1"});
    const int port = process.port();
    ASSERT_GT(port, 0);
    EXPECT_EQ(get(port, "/products/1").body, R"({"id":1,"name":"Socks of Doom","price":12.99})");
    EXPECT_EQ(get(port, "/products/2").status, 404);
    EXPECT_EQ(get(port, "/products/2").body, R"({"detail":"Not found"})");
    EXPECT_EQ(get(port, "/products/x").status, 422);
    EXPECT_EQ(get(port, "/products/x").body,
              R"({"detail":[{"type":"int_parsing","loc":["path","product_id"],"msg":"Input should be a valid integer, )"
              R"(unable to parse string as an integer","input":"x"}]})");
    EXPECT_EQ(get(port, "/health/ready").status, 200);
    EXPECT_THAT(get(port, "/openapi.json").body, HasSubstr(R"("/products/{product_id}":{"get":)"));
    EXPECT_THAT(get(port, "/metrics").body,
                HasSubstr(R"(_count{method="GET",route="/products/{product_id}",status="404"} 2)"));
}

TEST(SocksOfDoomTest, sigterm_ends_it_with_0_after_a_drain) {
    Process process({"--port=0"});
    ASSERT_GT(process.port(), 0);
    process.tell(SIGTERM);
    EXPECT_THAT(process.read_all(), HasSubstr(R"("message":"stopped")"));
    EXPECT_EQ(process.wait(), 0);
}

TEST(SocksOfDoomTest, it_serves_on_a_socket_that_is_handed_over) {
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listening, 16), 0);
    ASSERT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size), 0);
    Process process({}, listening);
    EXPECT_EQ(process.port(), ntohs(address.sin_port));
    EXPECT_EQ(get(ntohs(address.sin_port), "/products/1").status, 200);
    ::close(listening);
}

TEST(SocksOfDoomTest, its_flags_print_and_end) {
    Process openapi({"--openapi"});
    EXPECT_THAT(openapi.read_all(), HasSubstr(R"("openapi":"3.1.0")"));
    EXPECT_EQ(openapi.wait(), 0);
    Process failpoints({"--list-failpoints"});
    EXPECT_THAT(failpoints.read_all(), HasSubstr("claim.after_insert\n"));
    EXPECT_EQ(failpoints.wait(), 0);
    Process help({"--help"});
    EXPECT_THAT(help.read_all(), HasSubstr("--port N"));
    Process wrong({"--prot", "1"});
    EXPECT_THAT(wrong.read_all(), HasSubstr(R"(unknown argument "--prot")"));
    EXPECT_EQ(wrong.wait(), 2);
}

TEST(SocksOfDoomTest, a_port_that_is_taken_is_said) {
    Process first({"--port", "0"});
    const int port = first.port();
    Process second({"--port", std::to_string(port)});
    EXPECT_THAT(second.read_all(), HasSubstr(std::to_string(port)));
    EXPECT_EQ(second.wait(), 1);
}

}  // namespace
