// What `neighborhood` does around its services: where it listens, what it leaves on the disk, what it refuses.
#include <gmock/gmock.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "chassis/async/run.hpp"
#include "tests/end_to_end/running_neighborhood.hpp"

namespace neighborhood {

namespace {

using chassis::http::Method;
using std::filesystem::perms;
using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
    int code;
    std::string output;
};

Outcome run_program(const std::string& name, const std::string& arguments) {
    const std::string line = BINARY_ROOT "/bin/" + name + " " + arguments + " 2>&1";
    FILE* pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("popen failed");
    Outcome outcome{};
    char part[512];
    for (std::size_t size = 0; (size = ::fread(part, 1, sizeof part, pipe)) > 0;) outcome.output.append(part, size);
    outcome.code = WEXITSTATUS(::pclose(pipe));
    return outcome;
}

Outcome run_command(const std::string& arguments) { return run_program("neighborhood", arguments); }

// Within half a minute. What throws is not true yet.
bool comes_true(const std::function<bool()>& holds) {
    for (const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);;) {
        try {
            if (holds()) return true;
        } catch (const std::exception&) {
        }
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

TEST(CommandTest, every_program_explains_itself_before_any_setting_is_read) {
    for (const std::string name :
         {"gateway", "broker", "auth", "product", "cart", "order", "payment", "simulator", "notification"}) {
        const auto help = run_program(name, "--help");
        EXPECT_EQ(help.code, 0) << name;
        EXPECT_THAT(help.output, StartsWith(name + " [--host ADDRESS]"));
        EXPECT_THAT(help.output, HasSubstr(name == "gateway" ? "REQUESTS_PER_SECOND " : "DATABASE_URL "));
        const auto misspelt = run_program(name, "--prot 80");
        EXPECT_EQ(misspelt.code, 2) << name;
        EXPECT_EQ(misspelt.output, name + ": unknown argument \"--prot\"; --help says what there is\n");
    }
}

TEST(CommandTest, another_address_of_this_machine_will_do) {
    RunningNeighborhood shop({.host = "127.0.0.2"});
    EXPECT_THAT(shop.gateway(), StartsWith("http://127.0.0.2:"));
    auto visitor = shop.shopper("visitor");
    EXPECT_EQ(chassis::async::run(visitor.send(Method::get, "/products/1")).status, 200);
    const auto status = run_command("status --data " + shop.data().string());
    EXPECT_EQ(status.code, 0) << status.output;
    EXPECT_THAT(status.output, HasSubstr("The gateway is at " + shop.gateway()));
}

TEST(CommandTest, a_gateway_for_all_addresses_is_reached_at_this_machines_own) {
    RunningNeighborhood shop({.host = "0.0.0.0"});
    EXPECT_THAT(shop.gateway(), StartsWith("http://127.0.0.1:"));
    auto visitor = shop.shopper("visitor");
    EXPECT_EQ(chassis::async::run(visitor.send(Method::get, "/products/1")).status, 200);
    EXPECT_EQ(chassis::async::run(visitor.send(Method::get, "/mailbox")).status, 404) << "other machines could read it";
    const auto demo = run_command("demo --data " + shop.data().string());
    EXPECT_EQ(demo.code, 0) << demo.output;
    const auto check = run_command("check --wait 10 --data " + shop.data().string());
    EXPECT_EQ(check.code, 0) << check.output;
    EXPECT_THAT(check.output, StartsWith("2 orders, 1 paid, 1 payment_failed\n"));
}

TEST(CommandTest, more_shoppers_than_may_come_at_once_come_one_after_another) {
    RunningNeighborhood shop;
    const auto load = run_command("load --shoppers 250 --for 1 --data " + shop.data().string());
    EXPECT_EQ(load.code, 0) << load.output;
    shop.expect_settled(std::chrono::seconds(60));
}

TEST(CommandTest, a_status_that_cannot_be_written_ends_nothing) {
    RunningNeighborhood shop;
    const auto before = shop.state();
    const auto folder = shop.data() / "run";
    std::filesystem::rename(folder, shop.data() / "run.away");
    std::ofstream{folder};  // a file where the folder was: whatever is written there fails, as on a full disk
    const auto product = std::ranges::find(before.services, "product", &ServiceStatus::name);
    ASSERT_EQ(::kill(product->pid, SIGKILL), 0);
    auto visitor = shop.shopper("visitor");
    EXPECT_TRUE(
        comes_true([&] { return chassis::async::run(visitor.send(Method::get, "/products/1")).status == 200; }));
    std::filesystem::remove(folder);
    std::filesystem::rename(shop.data() / "run.away", folder);
    shop.kill("cart");
    EXPECT_TRUE(comes_true([&] { return shop.restarts("product") == 1 && shop.restarts("cart") == 1; }));
}

TEST(CommandTest, its_data_is_for_its_owner_only) {
    RunningNeighborhood shop;
    chassis::async::run(shop.shopper("alice").arrive());
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(shop.data())) {
        const auto open = entry.status().permissions() & (perms::group_all | perms::others_all);
        EXPECT_EQ(open, perms::none) << entry.path();
        files += entry.is_regular_file() ? 1 : 0;
    }
    EXPECT_GT(files, 20) << "databases, logs and secrets";
}

TEST(CommandTest, what_cannot_be_done_is_said_in_one_line) {
    RunningNeighborhood shop;
    const auto port = shop.gateway().substr(shop.gateway().rfind(':') + 1);
    const auto elsewhere = (shop.data() / "elsewhere").string();
    EXPECT_EQ(run_command("up --port 0 --data " + shop.data().string()).output,
              "neighborhood: a neighborhood already runs on the folder " + shop.data().string() +
                  "; stop it, or choose another folder with --data\n");
    EXPECT_EQ(run_command("up --port " + port + " --data " + elsewhere).output,
              "neighborhood: cannot listen on 127.0.0.1:" + port + ": Address already in use\n");
    EXPECT_EQ(run_command("up --failpoints ordre:http.before_reply=kill --data " + elsewhere).output,
              "neighborhood: there is no service named ordre\n");
    EXPECT_EQ(run_command("up --host nowhere --data " + elsewhere).output,
              "neighborhood: nowhere is not an IPv4 address: Invalid argument\n");
    EXPECT_THAT(run_command("load --shoppers 0").output, StartsWith("--shoppers: "));
    const auto status = run_command("status --data " + elsewhere);
    EXPECT_EQ(status.code, 1);
    EXPECT_EQ(status.output, "No neighborhood is up on the folder " + elsewhere +
                                 ". Start one with: neighborhood up --data " + elsewhere + "\n");
}

}  // namespace

}  // namespace neighborhood
