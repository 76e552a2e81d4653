#include "chassis/base/failpoint.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

// Failpoints are read as a process starts, so each test starts this program again with an environment of its own and
// looks at how it ends. The child hits one failpoint three times.
namespace chassis::base {
namespace {

constexpr const char* child_flag = "FAILPOINT_TEST_CHILD";

struct Ending {
    int status;
    std::string output;
};

Ending run_child(const char* failpoints, const char* counting_from = nullptr) {
    int pipe_ends[2];
    if (::pipe(pipe_ends) != 0) throw std::runtime_error("pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(pipe_ends[1], STDERR_FILENO);
        ::dup2(pipe_ends[1], STDOUT_FILENO);
        ::close(pipe_ends[0]);
        ::setenv(child_flag, "1", 1);
        if (failpoints != nullptr) ::setenv("NEIGHBORHOOD_FAILPOINTS", failpoints, 1);
        if (counting_from != nullptr) ::setenv("NEIGHBORHOOD_FAILPOINTS_FROM", counting_from, 1);
        ::execl("/proc/self/exe", "failpoint_test", "--gtest_filter=FailpointChild.hits_three_times", nullptr);
        ::_exit(99);
    }
    ::close(pipe_ends[1]);
    Ending ending{};
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(pipe_ends[0], buffer, sizeof buffer)) > 0;) {
        ending.output.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(pipe_ends[0]);
    ::waitpid(child, &ending.status, 0);
    return ending;
}

TEST(FailpointChild, hits_three_times) {
    if (std::getenv(child_flag) == nullptr) GTEST_SKIP() << "runs only in the process that the other tests start";
    for (int i = 1; i <= 3; ++i) {
        try {
            failpoint("write.before_commit");
            failpoint("write.after_commit");
            std::fprintf(stderr, "passed %d;", i);
        } catch (const FailpointError& error) {
            std::fprintf(stderr, "caught %d: %s;", i, error.what());
        }
        if (const char* file = std::getenv("NEIGHBORHOOD_FAILPOINTS_FROM")) std::ofstream{file};
    }
}

bool said(const Ending& ending, std::string_view text) { return ending.output.find(text) != std::string::npos; }

TEST(FailpointTest, nothing_happens_when_nothing_is_armed) {
    const Ending ending = run_child(nullptr);
    EXPECT_TRUE(WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == 0);
    EXPECT_TRUE(said(ending, "passed 1;passed 2;passed 3;")) << ending.output;
}

TEST(FailpointTest, kill_ends_the_process_by_sigkill_at_the_first_hit) {
    const Ending ending = run_child("write.before_commit=kill");
    EXPECT_TRUE(WIFSIGNALED(ending.status) && WTERMSIG(ending.status) == SIGKILL);
    EXPECT_TRUE(said(ending, "failpoint write.before_commit: killed at hit 1"));
    EXPECT_FALSE(said(ending, "passed"));
}

TEST(FailpointTest, the_nth_hit_is_counted_for_each_name) {
    const Ending ending = run_child(" write.after_commit = kill:3 ;write.before_commit=delay(0)");
    EXPECT_TRUE(WIFSIGNALED(ending.status) && WTERMSIG(ending.status) == SIGKILL);
    EXPECT_TRUE(said(ending, "passed 1;passed 2;"));
    EXPECT_FALSE(said(ending, "passed 3"));
}

TEST(FailpointTest, what_is_hit_before_the_file_is_there_does_not_count) {
    const auto file = std::filesystem::temp_directory_path() / ("failpoints-" + std::to_string(::getpid()));
    const Ending ending = run_child("write.after_commit=kill:2", file.c_str());
    std::filesystem::remove(file);
    EXPECT_TRUE(WIFSIGNALED(ending.status) && WTERMSIG(ending.status) == SIGKILL);
    EXPECT_TRUE(said(ending, "passed 1;passed 2;")) << ending.output;
    EXPECT_FALSE(said(ending, "passed 3")) << ending.output;
}

TEST(FailpointTest, exit_ends_the_process_with_its_own_status) {
    const Ending ending = run_child("write.after_commit=exit:2");
    EXPECT_TRUE(WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == 70);
    EXPECT_TRUE(said(ending, "passed 1;"));
    EXPECT_FALSE(said(ending, "passed 2;"));
}

TEST(FailpointTest, throw_throws_once_and_names_the_failpoint) {
    const Ending ending = run_child("write.before_commit=throw:2");
    EXPECT_TRUE(WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == 0);
    EXPECT_TRUE(said(ending, "passed 1;caught 2: failpoint write.before_commit;passed 3;")) << ending.output;
}

TEST(FailpointTest, a_text_that_cannot_be_read_ends_the_process_at_start_and_says_why) {
    for (const char* text :
         {"write.befor_commit=kill", "write.before_commit", "write.before_commit=explode", "write.before_commit=kill:0",
          "write.before_commit=kill:x", "write.before_commit=delay(soon)", "write.before_commit=delay(5"}) {
        const Ending ending = run_child(text);
        EXPECT_TRUE(WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == 2) << text;
        EXPECT_TRUE(said(ending, "NEIGHBORHOOD_FAILPOINTS: cannot read \"" + std::string(text))) << ending.output;
        EXPECT_FALSE(said(ending, "passed")) << text;
    }
}

TEST(FailpointTest, every_name_is_listed_once) {
    const auto names = failpoint_names();
    EXPECT_EQ((std::set<std::string_view>(names.begin(), names.end()).size()), names.size());
    EXPECT_EQ(names[Failpoint("outbox.after_confirm").index()], "outbox.after_confirm");
}

}  // namespace
}  // namespace chassis::base
