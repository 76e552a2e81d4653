#include "contracts/identity.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "chassis/async/run.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/http/test_socket.hpp"
#include "chassis/security/jwt.hpp"

namespace contracts {

namespace {

using namespace chassis;
using namespace std::chrono_literals;
using security::SigningKey;

SigningKey new_key() { return SigningKey::generate(security::Algorithm::eddsa); }

// Plays auth: answers each question with the keys of the moment.
class Auth {
  public:
    ~Auth() {
        ::shutdown(listener_.descriptor(), SHUT_RDWR);
        thread_.join();
    }
    void publish(const SigningKey& key) {
        security::KeySet keys;
        keys.add(key);
        const std::lock_guard guard(mutex_);
        keys_ = keys.to_json();
    }
    int questions() const { return questions_; }
    std::string directory() const { return "auth=127.0.0.1:" + std::to_string(listener_.port()); }

  private:
    void serve() {
        for (;;) {
            auto socket = listener_.accept();
            if (socket.reply().empty()) return;
            ++questions_;
            const std::lock_guard guard(mutex_);
            socket.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(keys_.size()) +
                        "\r\n\r\n" + keys_);
        }
    }

    http::TestListener listener_{64};
    std::mutex mutex_;
    std::string keys_;
    std::atomic<int> questions_ = 0;
    std::thread thread_{[this] { serve(); }};
};

class IdentityTest : public testing::Test {
  protected:
    std::string token(const SigningKey& key) const {
        return security::sign(
            key,
            {.iss = token_issuer, .sub = to_string(customer.value), .aud = {token_audience}, .exp = clock.now() + 1h});
    }
    // How many of that many at once are let in.
    int let_in(int count, const SigningKey& key) {
        const auto knock = [](const Identity& door, std::string token) -> Task<int> {
            try {
                const auto user = co_await door.check(std::move(token));
                co_return user.email.empty() ? 1 : 0;
            } catch (const HttpError&) {
                co_return 0;
            }
        };
        std::vector<Task<int>> knocks;
        for (int i = 0; i < count; ++i) knocks.push_back(knock(identity, token(key)));
        int in = 0;
        for (const int one : async::run(loop, async::when_all(std::move(knocks)))) in += one;
        return in;
    }

    const CustomerId customer{Uuid::random()};
    Auth auth;
    base::ManualClock clock{Time{1'700'000'000s}};
    http::Client client{{}};
    const StaticDirectory directory{auth.directory()};
    const Identity identity{discovery::ServiceClient(client, directory, "auth"), clock};
    async::Loop loop;
};

TEST_F(IdentityTest, auth_is_asked_once_for_all_who_come_at_the_same_time) {
    const auto key = new_key();
    auth.publish(key);
    EXPECT_EQ(let_in(20, key), 20);
    EXPECT_EQ(let_in(20, key), 20);
    EXPECT_EQ(auth.questions(), 1);
}

TEST_F(IdentityTest, nobody_is_turned_away_when_the_key_has_changed) {
    const auto before = new_key();
    auth.publish(before);
    EXPECT_EQ(let_in(1, before), 1);
    const auto after = new_key();
    auth.publish(after);
    clock.advance(1min);
    EXPECT_EQ(let_in(20, after), 20);
    EXPECT_EQ(auth.questions(), 2);
}

TEST_F(IdentityTest, made_up_keys_do_not_make_us_ask_each_time) {
    const auto key = new_key();
    auth.publish(key);
    EXPECT_EQ(let_in(1, key), 1);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(let_in(1, new_key()), 0);
    EXPECT_EQ(auth.questions(), 1);
}

}  // namespace

}  // namespace contracts
