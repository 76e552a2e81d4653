#include "contracts/identity.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>

#include "chassis/async/run.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/security/jwt.hpp"
#include "contracts/fake_service_test.hpp"

namespace contracts {

namespace {

using namespace chassis;
using namespace std::chrono_literals;
using security::SigningKey;
using testing::Each;

const Time now{1'700'000'000s};

SigningKey new_key() { return SigningKey::generate(security::Algorithm::eddsa); }

std::string token_of(const SigningKey& key) {
    return security::sign(key, {.iss = token_issuer,
                                .sub = to_string(Uuid::random()),
                                .aud = {token_audience},
                                .exp = now + 1h,
                                .iat = now,
                                .jti = to_string(Uuid::random()),
                                .email = "alice@example.com"});
}

class IdentityTest : public testing::Test {
  protected:
    // What auth publishes from now on.
    void publish(const SigningKey& key) {
        security::KeySet keys;
        keys.add(key);
        const std::lock_guard guard(mutex);
        jwks = keys.to_json();
    }
    void be_away() {
        const std::lock_guard guard(mutex);
        jwks.clear();
    }
    Task<Response> answer() {
        ++asked;
        const std::lock_guard guard(mutex);
        co_return jwks.empty() ? Response::error(500, "Away") : Response::json(jwks);
    }

    // 200, or the status that the customer gets.
    Task<int> status_of(std::string token) {
        try {
            co_await identity.check(std::move(token));
        } catch (const HttpError& error) {
            co_return error.status;
        }
        co_return 200;
    }
    int check(const SigningKey& key) { return async::run(status_of(token_of(key))); }
    std::vector<int> check_at_once(const SigningKey& key) {
        std::vector<Task<int>> checks;
        for (int i = 0; i < 5; ++i) checks.push_back(status_of(token_of(key)));
        return async::run(async::when_all(std::move(checks)));
    }

    std::mutex mutex;
    std::string jwks;
    std::atomic<int> asked{0};
    ManualClock clock{now};
    FakeService auth{[this](Request&) { return answer(); }};
    Identity identity{auth.client(), clock};
    const SigningKey first = new_key();
    const SigningKey second = new_key();
};

TEST_F(IdentityTest, the_keys_are_fetched_once) {
    publish(first);
    EXPECT_EQ(check(first), 200);
    EXPECT_EQ(check(first), 200);
    EXPECT_EQ(asked, 1);
}

TEST_F(IdentityTest, the_first_requests_share_one_question) {
    publish(first);
    EXPECT_THAT(check_at_once(first), Each(200));
    EXPECT_EQ(asked, 1);
}

TEST_F(IdentityTest, a_change_of_keys_refuses_nobody) {
    publish(first);
    EXPECT_EQ(check(first), 200);
    clock.advance(1min);
    publish(second);
    EXPECT_THAT(check_at_once(second), Each(200));
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(check(first), 401) << "the key is not auth's any more";
}

TEST_F(IdentityTest, requests_on_many_loops_share_one_question) {
    publish(first);
    async::Loops loops(4);
    std::vector<std::promise<int>> statuses(100);
    const auto tell = [](Task<int> check, std::promise<int>& status) -> Task<> {
        const int result = co_await check;
        status.set_value(result);
    };
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        loops[i % 4].spawn(tell(status_of(token_of(first)), statuses[i]));
    }
    for (auto& status : statuses) EXPECT_EQ(status.get_future().get(), 200);
    EXPECT_EQ(asked, 1);
}

TEST_F(IdentityTest, made_up_keys_do_not_make_it_ask_each_time) {
    publish(first);
    EXPECT_EQ(check(first), 200);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(check(new_key()), 401);
    EXPECT_EQ(asked, 1);
    clock.advance(6s);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(check(new_key()), 401);
    EXPECT_EQ(asked, 2);
}

TEST_F(IdentityTest, a_key_that_cannot_be_looked_up_is_a_503) {
    publish(first);
    EXPECT_EQ(check(first), 200);
    clock.advance(1min);
    be_away();
    EXPECT_THAT(check_at_once(second), Each(503));
    EXPECT_EQ(check(second), 503);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(check(first), 200) << "the last good keys are kept";
    publish(second);
    clock.advance(2s);
    EXPECT_EQ(check(second), 200);
}

TEST_F(IdentityTest, without_any_keys_nobody_can_be_checked) {
    be_away();
    EXPECT_THAT(check_at_once(first), Each(503));
    EXPECT_EQ(asked, 1);
    publish(first);
    clock.advance(2s);
    EXPECT_EQ(check(first), 200);
}

}  // namespace

}  // namespace contracts
