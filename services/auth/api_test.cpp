#include <gmock/gmock.h>

#include "chassis/app/test_client.hpp"
#include "chassis/database/temporary_database.hpp"
#include "services/auth/auth.hpp"
#include "services/auth/passwords.hpp"
#include "services/auth/tokens.hpp"

namespace auth {

namespace {

using namespace chassis;

class ApiTest : public testing::Test {
  protected:
    ApiTest() : database(file.open()), client(installed()) {}

    App& installed() {
        database->migrate(migrations());
        app.use(*database);
        app.share(static_cast<const Clock&>(clock));
        app.share(passwords);
        app.share(tokens);
        install(app);
        return app;
    }
    int register_as(const std::string& email, const std::string& name) {
        const std::string body = R"({"email":")" + email + R"(","password":"long enough","name":")" + name + R"("})";
        return client.post("/v1/register", body).status;
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    const ManualClock clock{Time{std::chrono::seconds(1'700'000'000)}};
    Passwords passwords{1, 10};
    const Tokens tokens{security::SigningKey::generate(security::Algorithm::eddsa)};
    App app{"auth"};
    TestClient client;
};

TEST_F(ApiTest, a_token_is_kept_by_nobody_on_its_way) {
    EXPECT_EQ(register_as("alice@example.com", "Alice"), 201);
    const auto reply = client.post_form("/oauth/token", "username=Alice@Example.com&password=long enough");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("Cache-Control"), "no-store");
    EXPECT_EQ(reply.header("Pragma"), "no-cache");
}

TEST_F(ApiTest, a_wrong_password_and_an_unknown_address_are_one_401) {
    EXPECT_EQ(register_as("alice@example.com", "Alice"), 201);
    const auto wrong = client.post_form("/oauth/token", "username=alice@example.com&password=too short");
    const auto unknown = client.post_form("/oauth/token", "username=bob@example.com&password=long enough");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(unknown.status, 401);
    EXPECT_EQ(wrong.body, unknown.body);
}

TEST_F(ApiTest, an_address_may_have_an_apostrophe) {
    EXPECT_EQ(register_as("o'brien@example.com", "O'Brien"), 201);
    EXPECT_EQ(register_as("o brien@example.com", "O'Brien"), 422);
}

TEST_F(ApiTest, a_name_holds_no_control_characters) {
    EXPECT_EQ(register_as("zoe@example.com", "Zo\u00eb \u6797"), 201);
    for (const auto* name : {"A\\nB", "A\\u0000", "\\u001b[2J", "A\\u007f", "A\\u0085"}) {
        EXPECT_EQ(register_as("mallory@example.com", name), 422) << name;
    }
}

}  // namespace

}  // namespace auth
