#include "services/auth/passwords.hpp"

#include <gtest/gtest.h>

#include "chassis/async/run.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/http/message.hpp"

namespace auth {

namespace {

using namespace chassis;

TEST(PasswordsTest, a_password_is_right_for_its_own_hash_only) {
    Passwords passwords(1, 10);
    const auto stored = async::run(passwords.hash("correct horse"));
    EXPECT_TRUE(async::run(passwords.is_right(stored, "correct horse")));
    EXPECT_FALSE(async::run(passwords.is_right(stored, "battery staple")));
    EXPECT_FALSE(async::run(passwords.is_right(std::nullopt, "correct horse")));
}

TEST(PasswordsTest, those_who_would_wait_too_long_are_told_to_come_back) {
    Passwords passwords(1, 2);
    const auto status_of = [](Passwords& all) -> Task<int> {
        try {
            co_await all.hash("correct horse");
            co_return 200;
        } catch (const HttpError& error) {
            EXPECT_EQ(error.headers.get("Retry-After"), "1");
            co_return error.status;
        }
    };
    std::vector<Task<int>> calls;
    for (int i = 0; i < 3; ++i) calls.push_back(status_of(passwords));
    EXPECT_EQ(async::run(async::when_all(std::move(calls))), (std::vector{200, 200, 503}));
    EXPECT_EQ(async::run(status_of(passwords)), 200) << "there is room again";
}

}  // namespace

}  // namespace auth
