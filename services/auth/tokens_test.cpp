#include "services/auth/tokens.hpp"

#include <gtest/gtest.h>

#include "chassis/database/temporary_database.hpp"

namespace auth {

namespace {

using namespace std::chrono_literals;

const chassis::Time now{1'700'000'000s};
const Account alice{contracts::CustomerId{chassis::Uuid::random()}, "alice@example.com", "Alice", ""};

Tokens new_tokens() { return Tokens(chassis::security::SigningKey::generate(chassis::security::Algorithm::eddsa)); }

TEST(TokensTest, a_token_says_whose_it_is) {
    const auto tokens = new_tokens();
    EXPECT_EQ(tokens.owner_of(tokens.token_for(alice, now), now), alice.id);
}

TEST(TokensTest, a_token_ends) {
    const auto tokens = new_tokens();
    const auto token = tokens.token_for(alice, now);
    EXPECT_TRUE(tokens.owner_of(token, now + Tokens::lifetime - 1s));
    EXPECT_FALSE(tokens.owner_of(token, now + Tokens::lifetime + 1min));
}

TEST(TokensTest, another_shops_token_is_worth_nothing) {
    EXPECT_FALSE(new_tokens().owner_of(new_tokens().token_for(alice, now), now));
}

TEST(TokensTest, the_signing_key_is_kept_for_its_owner_only) {
    const chassis::database::TemporaryDatabase folder;
    const auto file = folder.folder() / "secrets" / "key.pem";
    const auto made = kept_key(file);
    EXPECT_EQ(kept_key(file).id(), made.id());
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);
}

}  // namespace

}  // namespace auth
