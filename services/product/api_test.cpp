#include <gmock/gmock.h>

#include "chassis/app/test_client.hpp"
#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/memory_broker.hpp"
#include "services/product/catalog.hpp"
#include "services/product/product.hpp"

namespace product {

namespace {

using namespace chassis;

const Time now{std::chrono::seconds(1'700'000'000)};
const std::string reservation = "/v1/reservations/" + to_string(contracts::OrderId{Uuid::random()});

class ApiTest : public testing::Test {
  protected:
    ApiTest() : database(file.open()), client(installed()) { client.set_header("X-Service-Token", token.reveal()); }

    App& installed() {
        database->migrate(migrations());
        const DemoProduct shelf[] = {{1, "SOCKS", "Socks", "12.99", 5, ""}};
        database->write_blocking([&](Transaction& tx) { return add_products(tx, shelf, now); });
        app.use(*database).use(broker);
        install(app, {.clock = clock, .time_to_pay = std::chrono::minutes(15), .service_token = token});
        return app;
    }
    app::TestReply hold(int quantity, int attempt) {
        return client.put(reservation, R"({"lines":[{"product_id":1,"quantity":)" + std::to_string(quantity) +
                                           R"(}],"attempt":)" + std::to_string(attempt) + "}");
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    messaging::MemoryBroker broker;
    const ManualClock clock{now};
    const Secret token{"secret"};
    App app{"product"};
    TestClient client;
};

TEST_F(ApiTest, too_little_stock_is_a_409_that_is_not_to_be_repeated) {
    const auto reply = hold(6, 1);
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.header("Retry-After"), "");
}

TEST_F(ApiTest, an_attempt_that_was_overtaken_is_told_to_come_back) {
    EXPECT_EQ(hold(1, 2).status, 200);
    const auto reply = hold(1, 1);
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.header("Retry-After"), "1");
}

}  // namespace

}  // namespace product
