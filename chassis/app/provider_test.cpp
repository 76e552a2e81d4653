#include <gmock/gmock.h>

#include "chassis/app/test_client.hpp"

namespace chassis::app {
namespace {

using testing::HasSubstr;

struct CurrentUser {
    std::string name;
};
struct Tenant {
    std::string name;
};
struct Echo {
    std::string text;
};

Task<CurrentUser> authenticate(Headers<Bearer> header) {
    if (header->token == "expired") throw HttpError{403, "Expired"};
    co_return CurrentUser{header->token};
}

class ProviderTest : public testing::Test {
  protected:
    App app{"test"};
};

TEST_F(ProviderTest, a_value_comes_from_the_provider_of_its_type) {
    app.provide(authenticate).errors(403);
    app.get("/me", [](CurrentUser user) { return Echo{user.name}; });
    TestClient client(app);
    EXPECT_EQ(client.get("/me", {{"Authorization", "Bearer alice"}}).body, R"({"text":"alice"})");
    EXPECT_EQ(client.get("/me", {{"Authorization", "bearer alice"}}).status, 200);
    EXPECT_EQ(client.get("/me", {{"Authorization", "Bearer expired"}}).status, 403);
}

TEST_F(ProviderTest, without_a_token_the_handler_is_not_called) {
    bool called = false;
    app.provide(authenticate);
    app.get("/me", [&called](CurrentUser user) {
        called = true;
        return Echo{user.name};
    });
    TestClient client(app);
    for (const char* header : {"", "Bearer", "Bearer  ", "Basic abc"}) {
        const auto reply = client.get("/me", {{"Authorization", header}});
        EXPECT_EQ(reply.status, 401) << header;
        EXPECT_EQ(reply.body, R"({"detail":"Not authenticated"})");
        EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer");
    }
    EXPECT_FALSE(called);
}

TEST_F(ProviderTest, the_body_never_fills_a_provided_value) {
    app.provide([] { return CurrentUser{"nobody"}; });
    app.post("/me", [](CurrentUser user) { return Echo{user.name}; });
    EXPECT_EQ(TestClient(app).post("/me", R"({"name":"admin"})").body, R"({"text":"nobody"})");
}

TEST_F(ProviderTest, it_runs_once_for_each_request_whoever_asks) {
    int runs = 0;
    app.provide([&runs] { return Tenant{std::to_string(++runs)}; });
    app.provide([](Tenant tenant) { return CurrentUser{"user of " + tenant.name}; });
    app.get("/", [](CurrentUser user, Tenant tenant) { return Echo{user.name + ", " + tenant.name}; });
    TestClient client(app);
    EXPECT_EQ(client.get("/").body, R"({"text":"user of 1, 1"})");
    EXPECT_EQ(client.get("/").body, R"({"text":"user of 2, 2"})");
}

TEST_F(ProviderTest, one_that_nobody_asks_for_does_not_run) {
    int runs = 0;
    app.provide([&runs] { return Tenant{std::to_string(++runs)}; });
    app.get("/", [] { return Echo{"hello"}; });
    TestClient(app).get("/");
    EXPECT_EQ(runs, 0);
}

TEST_F(ProviderTest, providing_again_overrides_also_while_the_client_runs) {
    app.provide(authenticate);
    app.get("/me", [](CurrentUser user) { return Echo{user.name}; });
    TestClient client(app);
    EXPECT_EQ(client.get("/me").status, 401);
    app.provide([] { return CurrentUser{"bob"}; });
    EXPECT_EQ(client.get("/me").body, R"({"text":"bob"})");
}

struct Wanted {
    int x_number;
};
struct Number {
    int value;
};
struct Page {
    int limit;
};

TEST_F(ProviderTest, its_own_bad_input_is_told_together_with_the_handlers) {
    app.provide([](Headers<Wanted> wanted) { return Number{wanted->x_number}; });
    app.get("/", [](Number number, Query<Page>) { return Echo{std::to_string(number.value)}; });
    const auto refused = TestClient(app).get("/?limit=x");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr(R"(["header","x-number"])"));
    EXPECT_THAT(refused.body, HasSubstr(R"(["query","limit"])"));
}

// Counts how many of it live.
struct Tracked {
    static inline int alive = 0;
    Tracked() { ++alive; }
    Tracked(const Tracked&) { ++alive; }
    Tracked(Tracked&&) noexcept { ++alive; }
    ~Tracked() { --alive; }
};

TEST_F(ProviderTest, what_it_gave_is_gone_with_the_request) {
    app.provide([] { return Tracked(); });
    app.provide([](Tracked) -> Task<CurrentUser> {
           throw HttpError{401, "no"};
           co_return CurrentUser{};
       })
        .errors(401);
    app.get("/", [](CurrentUser user) { return Echo{user.name}; });
    app.get("/good", [](Tracked) { return NoContent{}; });
    TestClient client(app);
    EXPECT_EQ(client.get("/").status, 401);
    EXPECT_EQ(client.get("/good").status, 204);
    EXPECT_EQ(Tracked::alive, 0);
}

TEST_F(ProviderTest, it_adds_its_scheme_and_errors_to_the_document) {
    app.provide(authenticate).errors(403);
    app.get("/me", [](CurrentUser user) { return Echo{user.name}; });
    app.prepare();
    const std::string& document = app.openapi();
    EXPECT_THAT(document, HasSubstr(R"("security":[{"HTTPBearer":[]}])"));
    EXPECT_THAT(document, HasSubstr(R"("securitySchemes":{"HTTPBearer":{"type":"http","scheme":"bearer"}})"));
    EXPECT_THAT(document, HasSubstr(R"("401":)"));
    EXPECT_THAT(document, HasSubstr(R"("403":)"));
}

}  // namespace
}  // namespace chassis::app
