#include "chassis/app/events.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "chassis/app/test_client.hpp"
#include "chassis/async/signal.hpp"
#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/memory_broker.hpp"

namespace chassis::app {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

struct OrderCreated {
    static constexpr std::string_view event_type = "order.created";
    int order_id;
    std::string event_key() const { return std::to_string(order_id); }
};
struct Notify {
    static constexpr std::string_view job_type = "test.notify";
    int order_id;
    std::string job_key() const { return std::to_string(order_id); }
};
struct NewOrder {
    int id;
};

async::Task<NoContent> place(Body<NewOrder> order, database::Database& database) {
    auto publish = [&](Transaction& tx) { tx.publish(OrderCreated{order->id}); };
    co_await database.write(publish);
    co_return NoContent{};
}

class EventsTest : public testing::Test {
  protected:
    EventsTest() {
        ::setenv("SERVICE_TOKEN", "token of the neighborhood", 1);
        app.use(*database).use(broker);
    }
    ~EventsTest() override { ::unsetenv("SERVICE_TOKEN"); }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database = file.open();
    messaging::MemoryBroker broker;
    App app{"test"};
};

async::Task<bool> rang(async::Signal& signal) {
    const bool notified = co_await signal.wait_for(30s);
    co_return notified;
}

TEST_F(EventsTest, what_a_handler_publishes_is_consumed_and_its_job_runs) {
    async::Signal done;
    int notified = 0;
    app.post("/orders", place);
    app.on<OrderCreated>("test",
                         [](const OrderCreated& event, Transaction& tx) { tx.enqueue(Notify{event.order_id}); });
    app.job<Notify>([&](const Notify& job) -> Task<> {
        notified = job.order_id;
        done.notify();
        co_return;
    });
    TestClient client(app);
    EXPECT_EQ(client.post("/orders", R"({"id":17})").status, 204);
    EXPECT_TRUE(client.run(rang(done)));
    EXPECT_EQ(notified, 17);
}

TEST_F(EventsTest, a_dead_letter_is_listed_redriven_and_skipped_with_the_service_token) {
    async::Signal handled;
    std::atomic<bool> broken = true;
    app.post("/orders", place);
    app.on<OrderCreated>("test", [&](const OrderCreated&, Transaction&) {
        handled.notify();
        if (broken) throw Permanent("cannot be");
    });
    TestClient client(app);
    EXPECT_EQ(client.get("/internal/dead-letters").status, 401);
    client.set_header("X-Service-Token", "token of the neighborhoot");
    EXPECT_EQ(client.get("/internal/dead-letters").status, 401);
    client.set_header("X-Service-Token", "token of the neighborhood");

    client.post("/orders", R"({"id":17})");
    // Asked again and again: each answer comes from the database, where the letter arrives on its own.
    auto listed = [&] {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        std::string body;
        do {
            body = client.get("/internal/dead-letters").body;
        } while (body.find("cannot be") == body.npos && std::chrono::steady_clock::now() < deadline);
        return body;
    };
    auto find_id = [](const std::string& body) {
        const auto at = body.find(R"("id":")") + 6;
        return body.substr(at, body.find('"', at) - at);
    };
    const std::string id = find_id(listed());
    client.run(rang(handled));
    EXPECT_THAT(id, HasSubstr("event:test:"));

    EXPECT_EQ(client.get("/internal/dead-letters?after=" + id).status, 422);

    broken = false;
    EXPECT_EQ(client.post("/internal/dead-letters/" + id + "/redrive").status, 204);
    EXPECT_TRUE(client.run(rang(handled)));
    EXPECT_EQ(client.post("/internal/dead-letters/nobody/redrive").status, 404);
    EXPECT_EQ(client.post("/internal/dead-letters/redrive").body, R"({"redriven":0})");
    EXPECT_EQ(client.post("/internal/dead-letters/nobody/skip", R"({"reason":"no use"})").status, 404);
    EXPECT_EQ(client.post("/internal/dead-letters/nobody/skip", R"({})").status, 422);
}

TEST(EventsStartTest, a_broker_comes_after_the_database) {
    messaging::MemoryBroker broker;
    App app{"test"};
    EXPECT_THROW(app.use(broker), std::logic_error);
    EXPECT_THROW(app.messaging(), std::logic_error);
}

}  // namespace
}  // namespace chassis::app
