// Replies, errors, hooks, routers, and what the test client refuses.
#include <gmock/gmock.h>

#include "chassis/app/test_client.hpp"

namespace chassis::app {
namespace {

using testing::HasSubstr;

struct Product {
    int id;
    std::string name;
};

class ReplyTest : public testing::Test {
  protected:
    App app{"test"};
};

TEST_F(ReplyTest, a_model_is_200_and_json) {
    app.get("/", [] { return Product{1, "Socks"}; });
    const auto reply = TestClient(app).get("/");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("Content-Type"), "application/json");
    EXPECT_EQ(reply.body, R"({"id":1,"name":"Socks"})");
}

TEST_F(ReplyTest, a_created_model_is_201_with_its_location) {
    app.post("/", []() -> Task<Created<Product>> { co_return Created<Product>{{1, "Socks"}, "/products/1"}; });
    const auto reply = TestClient(app).post("/");
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.header("Location"), "/products/1");
    EXPECT_EQ(reply.json<Product>().name, "Socks");
}

TEST_F(ReplyTest, an_accepted_model_is_202_and_no_content_204) {
    app.post("/", [] { return Accepted<Product>{{1, "Socks"}}; });
    app.delete_("/", [] { return NoContent{}; });
    TestClient client(app);
    EXPECT_EQ(client.post("/").status, 202);
    EXPECT_EQ(client.delete_("/").status, 204);
    EXPECT_EQ(client.delete_("/").body, "");
}

TEST_F(ReplyTest, a_route_may_say_another_status) {
    app.post("/", [] { return Product{1, "Socks"}; }).status(202);
    EXPECT_EQ(TestClient(app).post("/").status, 202);
    EXPECT_THAT(app.openapi(), HasSubstr(R"("202":{"description":"Accepted")"));
}

TEST_F(ReplyTest, a_response_is_sent_as_it_stands) {
    app.get("/", [] { return Response::text(200, "hello"); });
    const auto reply = TestClient(app).get("/");
    EXPECT_EQ(reply.body, "hello");
    EXPECT_EQ(reply.header("Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(ReplyTest, head_is_get_without_its_body) {
    app.get("/", [] { return Product{1, "Socks"}; });
    const auto reply = TestClient(app).send(Method::head, "/");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "");
}

TEST_F(ReplyTest, an_error_is_fastapis) {
    app.get("/", []() -> Product { throw HttpError{404, "Not found"}; }).errors(404);
    TestClient client(app);
    EXPECT_EQ(client.get("/").body, R"({"detail":"Not found"})");
    EXPECT_EQ(client.get("/nowhere").status, 404);
    EXPECT_EQ(client.get("/nowhere").body, R"({"detail":"Not Found"})");
    const auto wrong = client.post("/");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.body, R"({"detail":"Method Not Allowed"})");
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD");
}

TEST_F(ReplyTest, a_client_that_asks_for_it_gets_a_problem_document) {
    app.get("/{id}", [](int) -> Product { throw HttpError{404, "Not found"}; }).errors(404);
    TestClient client(app);
    client.set_header("Accept", "text/html, application/problem+json;q=0.9");
    const auto reply = client.get("/1");
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(reply.body, R"({"type":"about:blank","title":"Not Found","status":404,"detail":"Not found"})");
    EXPECT_THAT(client.get("/x").body, HasSubstr(R"("errors":[{"type":"int_parsing","loc":["path","id"])"));
    EXPECT_THAT(client.get("/x/y").body, HasSubstr(R"("title":"Not Found")"));
}

TEST_F(ReplyTest, an_undeclared_status_fails_whether_thrown_or_returned) {
    app.get("/thrown", []() -> Product { throw HttpError{418, "teapot"}; });
    app.get("/returned", [] { return Response::error(418, "teapot"); });
    TestClient client(app);
    EXPECT_THROW(client.get("/thrown"), UndeclaredStatus);
    EXPECT_THROW(client.get("/returned"), UndeclaredStatus);
}

TEST_F(ReplyTest, an_unknown_exception_reaches_the_test_and_is_a_500_otherwise) {
    app.get("/", []() -> Product { throw std::runtime_error("secret"); });
    TestClient client(app);
    EXPECT_THROW(client.get("/"), std::runtime_error);

    http::Request request;
    request.set_target("/");
    const auto response = client.run(app.handle(request));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, R"({"detail":"Internal Server Error"})");
}

TEST_F(ReplyTest, a_validation_error_of_the_handlers_own_reading_is_not_the_clients) {
    app.get("/", [] { return from_json<Product>("{}"); });
    app.get("/rule",
            []() -> Product {
                throw InputError({{.type = "value_error", .loc = {"query", "to"}, .msg = "ends before it begins"}});
            })
        .errors(422);
    TestClient client(app);
    EXPECT_THROW(client.get("/"), model::ValidationError);
    EXPECT_EQ(client.get("/rule").status, 422);
}

TEST_F(ReplyTest, a_slash_too_many_or_too_few_is_redirected) {
    app.get("/products", [] { return NoContent{}; });
    app.get("/shelf/", [] { return NoContent{}; });
    TestClient client(app);
    const auto reply = client.get("/products/?limit=1");
    EXPECT_EQ(reply.status, 307);
    EXPECT_EQ(reply.header("Location"), "/products?limit=1");
    EXPECT_EQ(client.get("/shelf").header("Location"), "/shelf/");
}

TEST_F(ReplyTest, hooks_stand_around_from_the_outside_in) {
    auto mark = [](std::string name) {
        return [name](Request& request, Next next) -> Task<Response> {
            Response response = co_await next(request);
            response.headers.append("X-Order", name);
            co_return response;
        };
    };
    app.hook(mark("app"));
    Router& v1 = app.router("/v1");
    v1.hook(mark("router"));
    v1.get("/", []() -> Product { throw HttpError{404, "no"}; }).errors(404).hook(mark("route"));
    TestClient client(app);
    const auto reply = client.get("/v1");
    EXPECT_EQ(reply.status, 404);
    std::string order;
    for (auto field : reply.headers) {
        if (field.name == "X-Order") order += std::string(field.value) + ' ';
    }
    EXPECT_EQ(order, "route router app ");
    EXPECT_EQ(client.get("/nowhere").header("X-Order"), "app");
    EXPECT_EQ(client.get("/health/live").header("X-Order"), "");
}

TEST_F(ReplyTest, a_hook_may_answer_by_itself_or_throw) {
    app.get("/a", [] { return NoContent{}; }).errors(429).hook([](Request&, Next) -> Task<Response> {
        co_return Response::error(429, "slow down");
    });
    app.get("/b", [] { return NoContent{}; }).errors(403).hook([](Request&, Next) -> Task<Response> {
        throw HttpError{403, "no"};
        co_return Response{};
    });
    TestClient client(app);
    EXPECT_EQ(client.get("/a").status, 429);
    EXPECT_EQ(client.get("/b").body, R"({"detail":"no"})");
}

TEST_F(ReplyTest, a_hook_knows_the_operation) {
    std::string seen;
    app.hook([&seen](Request& request, Next next) -> Task<Response> {
        seen = next.operation().name();
        return next(request);
    });
    app.get("/products/{id}", [](int id) { return id; });
    TestClient(app).get("/products/1");
    EXPECT_EQ(seen, "GET /products/{id}");
}

TEST_F(ReplyTest, a_fallback_takes_what_no_route_takes) {
    app.get("/own", [] { return NoContent{}; });
    app.fallback([](Request& request) -> Task<Response> {
        co_return Response::text(200, "forwarded " + std::string(request.target));
    });
    TestClient client(app);
    EXPECT_EQ(client.get("/own").status, 204);
    EXPECT_EQ(client.get("/other?x=1").body, "forwarded /other?x=1");
    EXPECT_EQ(client.post("/own").body, "forwarded /own");
}

TEST_F(ReplyTest, readiness_follows_the_checks) {
    bool database = true;
    app.ready_when("database", [&database] { return database; });
    app.ready_when("broker", []() -> Task<bool> { co_return true; });
    TestClient client(app);
    EXPECT_EQ(client.get("/health/live").status, 200);
    EXPECT_EQ(client.get("/health/ready").body, R"({"status":"ready","checks":{"database":"ok","broker":"ok"}})");
    database = false;
    const auto reply = client.get("/health/ready");
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(reply.body, HasSubstr(R"("database":"failing")"));
}

TEST_F(ReplyTest, parts_and_hooks_start_and_stop_in_order) {
    struct Noting : Part {
        explicit Noting(std::vector<std::string>& log) : log(log) {}
        Task<> start() override {
            log.push_back("part starts");
            co_return;
        }
        Task<> stop() override {
            log.push_back("part stops");
            co_return;
        }
        std::vector<std::string>& log;
    };
    std::vector<std::string> log;
    app.add(std::make_unique<Noting>(log));
    app.on_start([&log]() -> Task<> {
        log.push_back("started");
        co_return;
    });
    app.on_stop([&log]() -> Task<> {
        log.push_back("stopping");
        co_return;
    });
    {
        TestClient client(app);
    }
    EXPECT_EQ(log, (std::vector<std::string>{"part starts", "started", "stopping", "part stops"}));
}

}  // namespace
}  // namespace chassis::app
