// Calls an app in memory, as its clients would: no socket, the same path through hooks, arguments and replies.
//
//     App app{"product"};
//     product::install(app);
//     app.provide([] { return CurrentUser{"alice"}; });          // a test overrides what is provided
//     TestClient client(app);
//     EXPECT_EQ(client.get("/products/1").json<Product>().name, "Socks of Doom");
//     EXPECT_EQ(client.post("/products", R"({"name": ""})").status, 422);
//
// A reply whose status the operation does not declare throws UndeclaredStatus, and what a handler throws other than an
// HttpError is thrown again here: both fail the test.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "chassis/app/app.hpp"
#include "chassis/async/run.hpp"
#include "chassis/model/json.hpp"

namespace chassis::app {

class UndeclaredStatus : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

struct TestReply {
    int status = 0;
    http::Headers headers{};
    std::string body{};

    /// Empty when there is no such header.
    std::string_view header(std::string_view name) const { return headers.get(name).value_or(""); }
    template <class M>
    M json() const {
        return model::from_json<M>(body);
    }
};

class TestClient {
  public:
    /// Prepares the app (throws StartError) and starts its parts.
    explicit TestClient(App& app);
    ~TestClient();
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;

    TestReply get(std::string_view target, http::Headers headers = {}) {
        return send(http::Method::get, target, {}, std::move(headers));
    }
    TestReply delete_(std::string_view target, http::Headers headers = {}) {
        return send(http::Method::delete_, target, {}, std::move(headers));
    }
    /// The body is sent as application/json unless a header says otherwise.
    TestReply post(std::string_view target, std::string body = {}, http::Headers headers = {}) {
        return send(http::Method::post, target, std::move(body), std::move(headers));
    }
    TestReply put(std::string_view target, std::string body = {}, http::Headers headers = {}) {
        return send(http::Method::put, target, std::move(body), std::move(headers));
    }
    TestReply patch(std::string_view target, std::string body = {}, http::Headers headers = {}) {
        return send(http::Method::patch, target, std::move(body), std::move(headers));
    }
    /// "grant_type=password&username=..."
    TestReply post_form(std::string_view target, std::string form, http::Headers headers = {}) {
        headers.set("Content-Type", "application/x-www-form-urlencoded");
        return send(http::Method::post, target, std::move(form), std::move(headers));
    }
    TestReply send(http::Method method, std::string_view target, std::string body = {}, http::Headers headers = {});

    /// Sent with every request from here on, such as a token.
    void set_header(std::string_view name, std::string_view value) { always_.set(name, value); }

    /// Awaits something on the client's loop, where the app's parts run.
    template <class T>
    T run(async::Task<T> task) {
        return async::run(loop_, std::move(task));
    }

  private:
    async::Task<TestReply> answer(http::Request& request);

    App& app_;
    async::Loop loop_;
    http::Headers always_;
};

}  // namespace chassis::app

namespace chassis {
using app::TestClient;
}
