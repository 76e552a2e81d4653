// What stops a start, and with which words.
#include <gmock/gmock.h>

#include "chassis/app/idempotency.hpp"
#include "chassis/app/test_client.hpp"

namespace chassis::app {
namespace {

struct Shelf {};
struct CurrentUser {
    std::string name;
};
struct Tenant {
    std::string name;
};
struct NewProduct {
    std::string name;
    int stock = 5;
};

// The problems, without where they are.
std::vector<std::string> problems_of(App& app) {
    try {
        app.prepare();
    } catch (const StartError& error) {
        std::vector<std::string> texts;
        for (auto& problem : error.problems) {
            const auto place = problem.find("app/start_test.cpp:");
            texts.push_back(place == 0 ? problem.substr(problem.find(": ") + 2) : problem);
        }
        return texts;
    }
    return {};
}

using Problems = std::vector<std::string>;

TEST(StartTest, a_missing_shared_object_is_named_with_its_route) {
    App app{"test"};
    app.post("/products", [](const Shelf&) { return NoContent{}; });
    EXPECT_EQ(problems_of(app), Problems{"POST /products needs a Shelf, which nobody shares"});
}

TEST(StartTest, the_place_of_the_route_goes_before) {
    App app{"test"};
    const int line = __LINE__ + 1;
    app.post("/products", [](const Shelf&) { return NoContent{}; });
    try {
        app.prepare();
        FAIL();
    } catch (const StartError& error) {
        EXPECT_EQ(error.what(),
                  "app/start_test.cpp:" + std::to_string(line) + ": POST /products needs a Shelf, which nobody shares");
    }
}

TEST(StartTest, a_missing_provider_is_named_with_its_route) {
    App app{"test"};
    app.get("/me", [](CurrentUser) { return NoContent{}; });
    EXPECT_EQ(problems_of(app), Problems{"GET /me needs a CurrentUser, which nobody provides"});
}

TEST(StartTest, a_providers_own_needs_are_named) {
    App app{"test"};
    app.provide([](Tenant) { return CurrentUser{}; });
    app.get("/me", [](CurrentUser) { return NoContent{}; });
    EXPECT_EQ(problems_of(app), Problems{"the provider of CurrentUser needs a Tenant, which nobody provides"});
}

TEST(StartTest, providers_in_a_circle_are_named) {
    App app{"test"};
    app.provide([](Tenant) { return CurrentUser{}; });
    app.provide([](CurrentUser) { return Tenant{}; });
    app.get("/me", [](CurrentUser) { return NoContent{}; });
    EXPECT_EQ(problems_of(app), Problems{"GET /me needs providers that go in a circle: CurrentUser needs Tenant needs "
                                         "CurrentUser"});
}

TEST(StartTest, everything_that_is_missing_is_told_at_once) {
    App app{"test"};
    app.get("/a", [](const Shelf&, CurrentUser) { return NoContent{}; });
    app.get("/b", [](const Shelf&) { return NoContent{}; });
    EXPECT_EQ(problems_of(app).size(), 3u);
}

TEST(StartTest, the_same_route_twice_is_refused_also_with_another_placeholder) {
    App app{"test"};
    app.get("/products/{id}", [](int) { return NoContent{}; });
    app.get("/products/{name}", [](std::string) { return NoContent{}; });
    ASSERT_EQ(problems_of(app).size(), 1u);
    EXPECT_THAT(problems_of(app)[0],
                testing::MatchesRegex("GET /products/\\{name\\} is registered already at app/start_test.cpp:[0-9]+, "
                                      "as /products/\\{id\\}"));
}

TEST(StartTest, an_initialiser_without_has_default_is_refused) {
    App app{"test"};
    app.post("/products", [](Body<NewProduct>) { return NoContent{}; });
    ASSERT_EQ(problems_of(app).size(), 1u);
    EXPECT_THAT(problems_of(app)[0], testing::StartsWith("POST /products cannot be described: NewProduct::stock has an "
                                                         "initialiser but no has_default()"));
}

TEST(StartTest, two_bodies_are_refused) {
    App app{"test"};
    app.post("/", [](Body<CurrentUser>, Body<Tenant>) { return NoContent{}; });
    EXPECT_EQ(problems_of(app), Problems{"POST / takes two bodies of application/json: put them into one model"});
}

TEST(StartTest, a_claim_needs_an_idempotent_route) {
    App app{"test"};
    app.post("/", [](Claim) { return NoContent{}; });
    EXPECT_EQ(problems_of(app), Problems{"POST / takes a Claim but is not .idempotent()"});
}

TEST(StartTest, an_idempotent_route_needs_a_caller_and_a_database) {
    App app{"test"};
    app.post("/", [] { return NoContent{}; }).idempotent();
    EXPECT_EQ(
        problems_of(app),
        (Problems{"POST / is .idempotent(), but no provider says who the caller is: what it gives has std::string "
                  "principal() const; or say .idempotent({.anonymous = true})",
                  "POST / is .idempotent(), but the app uses no database: app.use(database)"}));
}

TEST(StartTest, two_operations_have_two_ids) {
    App app{"test"};
    app.get("/a", [] { return NoContent{}; }).id("same");
    app.get("/b", [] { return NoContent{}; }).id("same");
    EXPECT_EQ(problems_of(app),
              Problems{"GET /b has the id same, which another operation has: give it one with .id(...)"});
}

struct Place {
    int shelf;
};

TEST(StartTest, a_provider_that_reads_the_path_needs_a_route_with_the_placeholder) {
    App app{"test"};
    app.provide([](Path<Place>) { return Tenant{}; });
    app.get("/a", [](Tenant) { return NoContent{}; });
    EXPECT_EQ(problems_of(app), Problems{"GET /a takes the placeholder {shelf}, which its text does not have"});
}

}  // namespace
}  // namespace chassis::app
