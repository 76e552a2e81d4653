#include <gmock/gmock.h>

#include "chassis/app/test_client.hpp"

namespace chassis::app {
namespace {

using testing::HasSubstr;

enum class Size { small, large };
using ProductId = Id<struct ProductTag>;

struct Echo {
    std::string text;
};

struct Place {
    int shelf;
    std::string row;
};

struct Page {
    int limit = 20;
    std::optional<std::string> after;
    std::vector<int> ids;

    static void rules(Rules<Page>& field) {
        field(&Page::limit).has_default().at_least(1).at_most(100);
        field(&Page::ids).has_default();
    }
};

struct Client {
    std::string x_client_name;
    std::optional<int> x_version;
};

struct Session {
    std::string session_id;
};

struct NewProduct {
    std::string name;
    int stock = 0;

    static void rules(Rules<NewProduct>& field) {
        field(&NewProduct::name).length(1, 10);
        field(&NewProduct::stock).has_default().at_least(0);
    }
};

struct Login {
    std::string username;
    std::string password;
};

class ArgumentTest : public testing::Test {
  protected:
    TestReply get(std::string_view target, http::Headers headers = {}) {
        return TestClient(app).get(target, std::move(headers));
    }
    App app{"test"};
};

TEST_F(ArgumentTest, placeholders_are_filled_in_order_by_type) {
    app.get("/{a}/{b}/{c}/{d}/{e}", [](int a, std::string b, Size c, Uuid d, ProductId e) {
        return Echo{std::to_string(a) + b + std::string(model::enum_name(c)) + to_string(d) + to_string(e)};
    });
    const auto reply = get("/17/x%20y/large/01890a5d-ac96-774b-bcce-b302099a8057/9");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, R"({"text":"17x ylarge01890a5d-ac96-774b-bcce-b302099a80579"})");
}

TEST_F(ArgumentTest, a_path_model_is_filled_by_name) {
    app.get("/{row}/{shelf}", [](Path<Place> place) { return Echo{place->row + std::to_string(place->shelf)}; });
    EXPECT_EQ(get("/upper/3").body, R"({"text":"upper3"})");
    EXPECT_THAT(get("/upper/x").body, HasSubstr(R"("loc":["path","shelf"])"));
}

TEST_F(ArgumentTest, a_query_is_a_model) {
    app.get("/products", [](Query<Page> page) {
        return Echo{std::to_string(page->limit) + page->after.value_or("-") + std::to_string(page->ids.size())};
    });
    EXPECT_EQ(get("/products").body, R"({"text":"20-0"})");
    EXPECT_EQ(get("/products?limit=5&after=a%26b+c&ids=1&ids=2").body, R"({"text":"5a&b c2"})");
    const auto refused = get("/products?limit=0&ids=x");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(
        refused.body,
        R"({"detail":[{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or )"
        R"(equal to 1","input":"0","ctx":{"ge":1}},{"type":"int_parsing","loc":["query","ids",0],"msg":"Input )"
        R"(should be a valid integer, unable to parse string as an integer","input":"x"}]})");
}

TEST_F(ArgumentTest, headers_are_a_model_with_dashes_for_underscores) {
    app.get("/", [](Headers<Client> client) {
        return Echo{client->x_client_name + std::to_string(client->x_version.value_or(0))};
    });
    EXPECT_EQ(get("/", {{"X-Client-Name", "web"}, {"X-VERSION", "3"}}).body, R"({"text":"web3"})");
    EXPECT_THAT(get("/").body, HasSubstr(R"("loc":["header","x-client-name"],"msg":"Field required")"));
}

TEST_F(ArgumentTest, cookies_are_a_model) {
    app.get("/", [](Cookies<Session> session) { return Echo{session->session_id}; });
    EXPECT_EQ(get("/", {{"Cookie", "theme=dark; session_id=abc=="}}).body, R"({"text":"abc=="})");
    EXPECT_THAT(get("/").body, HasSubstr(R"("loc":["cookie","session_id"])"));
}

TEST_F(ArgumentTest, a_form_is_a_model) {
    app.post("/token", [](Form<Login> login) { return Echo{login->username + '/' + login->password}; });
    TestClient client(app);
    EXPECT_EQ(client.post_form("/token", "username=a%40b.c&password=x+y&grant_type=password").body,
              R"({"text":"a@b.c/x y"})");
    const auto refused = client.post_form("/token", "username=a");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr(R"("loc":["body","password"])"));
    EXPECT_EQ(client.post("/token", R"({"username":"a","password":"b"})").status, 422);
}

TEST_F(ArgumentTest, every_bad_field_of_the_body_is_told_at_once) {
    app.post("/products", [](Body<NewProduct> product) { return Echo{product->name}; });
    TestClient client(app);
    EXPECT_EQ(client.post("/products", R"({"name":"Socks"})").body, R"({"text":"Socks"})");
    const auto refused = client.post("/products", R"({"name":"","stock":-1})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr(R"("loc":["body","name"])"));
    EXPECT_THAT(refused.body, HasSubstr(R"("loc":["body","stock"])"));
}

TEST_F(ArgumentTest, the_body_is_json_and_there) {
    app.post("/products", [](Body<NewProduct> product) { return Echo{product->name}; });
    TestClient client(app);
    EXPECT_EQ(client.post("/products").body,
              R"({"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]})");
    EXPECT_THAT(client.post("/products", "{").body, HasSubstr(R"("type":"json_invalid","loc":["body",)"));
    const http::Headers text{{"Content-Type", "text/plain"}};
    EXPECT_THAT(client.post("/products", R"({"name":"Socks"})", text).body, HasSubstr("model_attributes_type"));
    const http::Headers json{{"Content-Type", "application/merge-patch+json; charset=utf-8"}};
    EXPECT_EQ(client.post("/products", R"({"name":"Socks"})", json).status, 200);
}

TEST_F(ArgumentTest, path_query_and_body_are_told_together_in_this_order) {
    app.put("/products/{id}", [](Body<NewProduct>, Query<Page>, int) { return NoContent{}; });
    const auto refused = TestClient(app).put("/products/x?limit=y", "{}");
    const auto path = refused.body.find(R"(["path","id"])");
    const auto query = refused.body.find(R"(["query","limit"])");
    const auto body = refused.body.find(R"(["body","name"])");
    ASSERT_NE(path, std::string::npos);
    ASSERT_NE(body, std::string::npos);
    EXPECT_LT(path, query);
    EXPECT_LT(query, body);
}

TEST_F(ArgumentTest, the_request_itself_is_a_reference) {
    app.get("/", [](const Request& request) { return Echo{std::string(request.query)}; });
    EXPECT_EQ(get("/?a=1").body, R"({"text":"a=1"})");
}

TEST_F(ArgumentTest, background_tasks_run_after_the_handler) {
    std::vector<std::string> order;
    app.get("/", [&order](BackgroundTasks& background) {
        background.add([&order] { order.push_back("first"); });
        background.add([&order]() -> Task<> {
            order.push_back("second");
            co_return;
        });
        order.push_back("handler");
        return NoContent{};
    });
    EXPECT_EQ(get("/").status, 204);
    EXPECT_EQ(order, (std::vector<std::string>{"handler", "first", "second"}));
}

TEST_F(ArgumentTest, a_background_task_that_throws_ends_only_itself) {
    std::vector<std::string> order;
    app.get("/", [&order](BackgroundTasks& background) {
        background.add([] { throw std::runtime_error("out of socks"); });
        background.add([] { throw 7; });
        background.add([&order] { order.push_back("third"); });
        return NoContent{};
    });
    EXPECT_EQ(get("/").status, 204);
    EXPECT_EQ(order, (std::vector<std::string>{"third"}));
}

TEST_F(ArgumentTest, background_tasks_run_even_when_what_was_to_follow_the_reply_throws) {
    std::vector<std::string> order;
    http::Response response;
    response.after = []() -> Task<> { throw std::runtime_error("out of socks"); };
    BackgroundTasks background;
    background.add([&order] { order.push_back("first"); });
    std::move(background).attach_to(response);
    async::run(response.after());
    EXPECT_EQ(order, (std::vector<std::string>{"first"}));
}

struct Language {
    std::string code;
};

}  // namespace

template <>
struct Argument<Language> {
    static Language read(Call& call) {
        return Language{std::string(call.request.headers.get("Accept-Language").value_or("en"))};
    }
    static void describe(Description& description) {
        description.parameter({"Accept-Language", "header", false, R"({"type":"string"})"});
    }
};

namespace {

TEST_F(ArgumentTest, a_type_can_say_how_it_is_read) {
    app.get("/", [](Language language) { return Echo{language.code}; });
    EXPECT_EQ(get("/").body, R"({"text":"en"})");
    EXPECT_EQ(get("/", {{"Accept-Language", "de"}}).body, R"({"text":"de"})");
    EXPECT_THAT(app.openapi(), HasSubstr(R"({"name":"Accept-Language","in":"header","required":false)"));
}

struct Counter {
    static constexpr bool thread_safe = true;
    std::atomic<int> value{0};
};

TEST_F(ArgumentTest, a_shared_object_that_is_safe_for_threads_may_be_changed) {
    Counter counter;
    app.share(counter);
    app.post("/", [](Counter& c) { return ++c.value; });
    EXPECT_EQ(TestClient(app).post("/").body, "1");
    EXPECT_EQ(counter.value, 1);
}

}  // namespace
}  // namespace chassis::app
