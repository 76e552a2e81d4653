#include "chassis/app/idempotency.hpp"

#include <gmock/gmock.h>

#include <stop_token>

#include "chassis/app/test_client.hpp"
#include "chassis/async/signal.hpp"
#include "chassis/async/when_all.hpp"
#include "chassis/database/temporary_database.hpp"

namespace chassis::app {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

struct CurrentUser {
    std::string name;
    std::string principal() const { return name; }
};
struct CallerHeader {
    std::string x_user;
};
struct NewOrder {
    int quantity;
};
struct Order {
    Uuid id;
    int number;
};

// A handler that counts its runs and may be told to fail.
struct Shop {
    static constexpr bool thread_safe = true;
    int runs = 0;
    int fail_with = 0;
    bool crash_before_commit = false;
    bool deadline_passes = false;
    bool client_leaves = false;
    async::Signal* hold = nullptr;
    async::Signal* held = nullptr;
};

async::Task<Created<Order>> place_order(Body<NewOrder>, CurrentUser, Claim claim, Shop& shop,
                                        database::Database& database) {
    const Order order{claim.id(), ++shop.runs};
    if (shop.held != nullptr) {
        shop.held->notify();
        co_await shop.hold->wait();
    }
    if (shop.fail_with != 0) throw HttpError{shop.fail_with, "told to"};
    const Created<Order> reply{order, "/orders/" + to_string(order.id)};
    auto store = [&](Transaction& tx) {
        tx.run("INSERT INTO orders (id) VALUES ($1)", order.id);
        claim.complete(tx, reply);
    };
    co_await database.write(store);
    if (shop.crash_before_commit) throw std::runtime_error("after the commit");
    co_return reply;
}

async::Task<Order> count_up(CurrentUser, Shop& shop) {
    if (shop.deadline_passes) Context::current()->deadline = Context::Clock::now() - 1s;
    if (shop.client_leaves) {
        std::stop_source client;
        client.request_stop();
        Context::current()->cancelled = client.get_token();
    }
    if (shop.fail_with != 0) throw HttpError{shop.fail_with, "told to"};
    co_return Order{Uuid{}, ++shop.runs};
}

class IdempotencyTest : public testing::Test {
  protected:
    IdempotencyTest() {
        database->write_blocking([](Transaction& tx) { tx.run_script("CREATE TABLE orders (id TEXT PRIMARY KEY)"); });
        app.use(*database);
        app.share(shop);
        app.provide([](Headers<CallerHeader> header) { return CurrentUser{header->x_user}; });
        app.post("/orders", place_order).errors(404, 500).idempotent({.clock = &clock});
        app.post("/count", count_up).errors(404, 500).idempotent({.clock = &clock});
        app.post("/brief", count_up).errors(404, 500).idempotent({.keep = 1h, .clock = &clock});
    }

    static http::Headers with(std::string_view key, std::string_view user = "alice") {
        return {{"Idempotency-Key", key}, {"X-User", user}};
    }
    TestReply order(std::string_view key, std::string_view user = "alice", std::string body = R"({"quantity":1})") {
        return client().post("/orders", std::move(body), with(key, user));
    }
    TestClient& client() {
        if (!client_) client_.emplace(app);
        return *client_;
    }
    std::int64_t orders() {
        return database
            ->read_blocking([](Connection& db) { return db.one<std::int64_t>("SELECT COUNT(*) FROM orders"); })
            .value();
    }
    static std::string id_of(const TestReply& reply) { return to_string(reply.json<Order>().id); }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database = file.open();
    ManualClock clock{base::Time{1'700'000'000s}};
    Shop shop;
    App app{"test"};
    std::optional<TestClient> client_;
};

TEST_F(IdempotencyTest, a_repeat_gets_the_first_reply_and_does_nothing) {
    const auto first = order("k1");
    ASSERT_EQ(first.status, 201);
    EXPECT_EQ(first.header("Idempotent-Replayed"), "");
    const auto second = order("k1");
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(second.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(second.header("Location"), first.header("Location"));
    EXPECT_EQ(second.header("Content-Type"), "application/json");
    EXPECT_EQ(shop.runs, 1);
    EXPECT_EQ(orders(), 1);
}

TEST_F(IdempotencyTest, without_a_key_it_is_400) {
    const auto reply = client().post("/orders", R"({"quantity":1})", {{"X-User", "alice"}});
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr("Idempotency-Key is required"));
    EXPECT_EQ(client().post("/orders", R"({"quantity":1})", with(std::string(256, 'k'))).status, 400);
    EXPECT_EQ(shop.runs, 0);
}

TEST_F(IdempotencyTest, another_request_with_the_same_key_is_422) {
    order("k1");
    const auto reply = order("k1", "alice", R"({"quantity":2})");
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.body, R"({"detail":"This Idempotency-Key was used for another request"})");
    EXPECT_EQ(orders(), 1);
}

TEST_F(IdempotencyTest, a_key_is_the_callers_and_the_routes_own) {
    order("k1", "alice");
    order("k1", "bob");
    EXPECT_EQ(orders(), 2);
    EXPECT_EQ(client().post("/count", {}, with("k1")).status, 200);
}

TEST_F(IdempotencyTest, a_request_that_does_not_fit_stores_nothing) {
    EXPECT_EQ(order("k1", "alice", "{}").status, 422);
    EXPECT_EQ(order("k1").status, 201);
}

TEST_F(IdempotencyTest, a_repeat_while_the_first_is_at_work_is_409) {
    client();
    async::Signal hold, held;
    shop.hold = &hold;
    shop.held = &held;
    auto request = [&](http::Request& request) {
        request.method = http::Method::post;
        request.set_target("/orders");
        request.headers.append("Idempotency-Key", "k1");
        request.headers.append("X-User", "alice");
        request.body = R"({"quantity":1})";
    };
    http::Request first, second;
    request(first);
    request(second);
    auto repeat = [](App& app, http::Request& request, async::Signal& held, async::Signal& hold) -> Task<Response> {
        co_await held.wait();
        auto handling = app.handle(request);
        Response response = co_await handling;
        hold.notify();
        co_return response;
    };
    auto both = client().run(async::when_all(app.handle(first), repeat(app, second, held, hold)));
    EXPECT_EQ(std::get<0>(both).status, 201);
    EXPECT_EQ(std::get<1>(both).status, 409);
    EXPECT_EQ(std::get<1>(both).headers.get("Retry-After"), "5");
    EXPECT_EQ(shop.runs, 1);
}

TEST_F(IdempotencyTest, after_a_failure_of_the_service_a_repeat_has_the_same_id) {
    shop.fail_with = 500;
    EXPECT_EQ(order("k1").status, 500);
    shop.fail_with = 0;
    const auto claimed = database->read_blocking(
        [](Connection& db) { return db.one<std::string>("SELECT id FROM chassis_claims WHERE claim_key = 'k1'"); });
    const auto reply = order("k1");
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(id_of(reply), claimed);
    EXPECT_EQ(shop.runs, 2);
    EXPECT_EQ(order("k1", "alice", R"({"quantity":2})").status, 422);
}

TEST_F(IdempotencyTest, after_a_clients_error_the_key_is_free) {
    shop.fail_with = 404;
    EXPECT_EQ(order("k1").status, 404);
    shop.fail_with = 0;
    EXPECT_EQ(order("k1", "alice", R"({"quantity":2})").status, 201);
}

TEST_F(IdempotencyTest, a_handler_that_fails_after_its_commit_has_succeeded) {
    shop.crash_before_commit = true;
    EXPECT_THROW(order("k1"), std::runtime_error);
    const auto reply = order("k1");
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(orders(), 1);
}

TEST_F(IdempotencyTest, a_handler_without_a_claim_is_remembered_too) {
    EXPECT_EQ(client().post("/count", {}, with("k1")).body, client().post("/count", {}, with("k1")).body);
    EXPECT_EQ(shop.runs, 1);
    shop.fail_with = 500;
    EXPECT_EQ(client().post("/count", {}, with("k2")).status, 500);
    shop.fail_with = 0;
    EXPECT_EQ(client().post("/count", {}, with("k2")).status, 200);
}

TEST_F(IdempotencyTest, a_success_is_remembered_though_its_deadline_has_passed_or_its_client_has_left) {
    for (bool Shop::* ends : {&Shop::deadline_passes, &Shop::client_leaves}) {
        const std::string key = ends == &Shop::deadline_passes ? "late" : "gone";
        shop.*ends = true;
        const auto first = client().post("/count", {}, with(key));
        shop.*ends = false;
        EXPECT_EQ(first.status, 200);
        const auto second = client().post("/count", {}, with(key));
        EXPECT_EQ(second.header("Idempotent-Replayed"), "true");
        EXPECT_EQ(second.body, first.body);
    }
    EXPECT_EQ(shop.runs, 2);
}

TEST_F(IdempotencyTest, a_failure_is_done_now_though_its_deadline_has_passed_or_its_client_has_left) {
    for (bool Shop::* ends : {&Shop::deadline_passes, &Shop::client_leaves}) {
        const std::string key = ends == &Shop::deadline_passes ? "late" : "gone";
        shop.*ends = true;
        shop.fail_with = 500;
        EXPECT_EQ(client().post("/count", {}, with(key)).status, 500);
        shop.*ends = false;
        shop.fail_with = 0;
        EXPECT_EQ(client().post("/count", {}, with(key)).status, 200);
    }
}

// Leaves the row that a process leaves behind when it dies at work.
void die_at_work(database::Database& database, std::string_view lease_until) {
    database.write_blocking([&](Transaction& tx) {
        tx.run(
            "UPDATE chassis_claims SET done = FALSE, owner = '00000000-0000-7000-8000-000000000000', lease_until = " +
            std::string(lease_until));
        tx.run("DELETE FROM orders");
    });
}

TEST_F(IdempotencyTest, a_claim_whose_lease_ran_out_is_taken_over_with_its_id) {
    const auto first = order("k1");
    die_at_work(*database, "1700000020000000");
    EXPECT_EQ(order("k1").status, 409);
    clock.advance(21s);
    const auto second = order("k1");
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(id_of(second), id_of(first));
    EXPECT_EQ(orders(), 1);
}

TEST_F(IdempotencyTest, the_claims_of_a_dead_process_are_free_after_a_restart) {
    const auto first = order("k1");
    die_at_work(*database, "1700000020000000");
    client_.reset();
    const auto second = order("k1");
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(id_of(second), id_of(first));
}

TEST_F(IdempotencyTest, an_attempt_that_was_taken_over_commits_nothing) {
    client();
    async::Signal hold, held;
    shop.hold = &hold;
    shop.held = &held;
    http::Request slow;
    slow.method = http::Method::post;
    slow.set_target("/orders");
    slow.headers.append("Idempotency-Key", "k1");
    slow.headers.append("X-User", "alice");
    slow.body = R"({"quantity":1})";
    auto take_over = [](database::Database& database, async::Signal& held, async::Signal& hold) -> Task<> {
        co_await held.wait();
        auto steal = [](Transaction& tx) {
            tx.run("UPDATE chassis_claims SET owner = '00000000-0000-7000-8000-000000000000'");
        };
        co_await database.write(steal);
        hold.notify();
    };
    auto both = client().run(async::when_all(app.handle(slow), take_over(*database, held, hold)));
    EXPECT_EQ(std::get<0>(both).status, 409);
    EXPECT_EQ(std::get<0>(both).headers.get("Retry-After"), "1");
    EXPECT_EQ(orders(), 0);
}

TEST_F(IdempotencyTest, an_old_key_is_forgotten) {
    const auto first = order("k1");
    clock.advance(25h);
    order("k2");
    const auto again = order("k1");
    EXPECT_NE(id_of(again), id_of(first));
}

TEST_F(IdempotencyTest, a_route_that_forgets_early_forgets_its_own_keys_only) {
    order("k1");
    const auto brief = client().post("/brief", {}, with("k1"));
    clock.advance(2h);
    EXPECT_NE(client().post("/brief", {}, with("k1")).body, brief.body);
    EXPECT_EQ(order("k1").header("Idempotent-Replayed"), "true");
}

TEST_F(IdempotencyTest, the_document_says_so) {
    const std::string& document = app.openapi();
    EXPECT_THAT(document, HasSubstr(R"({"name":"Idempotency-Key","in":"header","required":true)"));
    EXPECT_THAT(document, HasSubstr(R"("Idempotent-Replayed")"));
    EXPECT_THAT(document, HasSubstr(R"("409")"));
}

}  // namespace
}  // namespace chassis::app
