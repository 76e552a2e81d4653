#include <gmock/gmock.h>

#include "chassis/app/test_client.hpp"
#include "chassis/database/failing_disk.hpp"
#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/broker_wire.hpp"
#include "chassis/messaging/lanes.hpp"
#include "services/broker/broker.hpp"

namespace broker {

namespace {

using namespace chassis;
using testing::HasSubstr;
namespace wire = chassis::messaging::wire;

class ApiTest : public testing::Test {
  protected:
    ApiTest() {
        database::install_failing_disk();
        database = file.open();
        database->migrate(migrations());
        hub.emplace(*database, base::system_clock());
        app.use(*database);
        install(app, *hub, token);
        client.emplace(app);
        client->set_header("X-Service-Token", token.reveal());
    }

    ~ApiTest() override { database::mend_disk(); }

    int publish(const std::string& id, std::size_t size) {
        wire::Publish wanted;
        wanted.messages.push_back({id, "order", "k", std::string(size, 'x')});
        return client->post("/v1/messages", model::to_json(wanted)).status;
    }
    std::vector<std::string> delivered() {
        const wire::Fetch wanted{.who = {"payment", "one", "1"}, .topics = {"order"}};
        const auto reply = client->post("/v1/fetch", model::to_json(wanted));
        EXPECT_EQ(reply.status, 200) << reply.body;
        std::vector<std::string> ids;
        for (const auto& delivery : model::from_json<wire::Fetched>(reply.body).deliveries) {
            ids.push_back(delivery.message.id);
        }
        return ids;
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    std::optional<Hub> hub;
    const Secret token{"the services' secret"};
    App app{"broker"};
    std::optional<TestClient> client;
};

TEST_F(ApiTest, a_full_disk_refuses_what_comes_in_and_gives_out_what_there_is) {
    EXPECT_EQ(publish("1", 10), 204);
    EXPECT_EQ(delivered(), (std::vector<std::string>{"1"}));
    database::break_disk(database::Fault::full, 1'000'000);
    EXPECT_EQ(publish("2", 10), 507);
    EXPECT_EQ(delivered(), (std::vector<std::string>{"1"}));
    wire::Acknowledge done{.who = {"payment", "one", "1"}, .places = {}};
    done.places.push_back({"order", static_cast<int>(chassis::messaging::lane_of("k")), 1});
    EXPECT_EQ(client->post("/v1/acknowledge", model::to_json(done)).status, 507);
    database::mend_disk();
    EXPECT_EQ(publish("3", 10), 204);
    EXPECT_EQ(delivered(), (std::vector<std::string>{"1", "3"}));
}

TEST_F(ApiTest, everything_wants_the_services_token) {
    TestClient stranger(app);
    for (const auto* path : {"/v1/messages", "/v1/fetch", "/v1/acknowledge", "/v1/leave", "/v1/groups/payment/skip"}) {
        EXPECT_EQ(stranger.post(path, "{}").status, 401) << path;
    }
    EXPECT_EQ(stranger.get("/v1/groups").status, 401);
    EXPECT_EQ(stranger.delete_("/v1/groups/payment").status, 401);
}

TEST_F(ApiTest, an_operators_mistake_is_a_409_that_says_why) {
    publish("1", 10);
    delivered();
    const auto skipped = client->post("/v1/groups/payment/skip", model::to_json(wire::Place{"order", 0, 7}));
    EXPECT_EQ(skipped.status, 409);
    EXPECT_THAT(skipped.body, HasSubstr("position 7 is not the next of lane 0 of topic order for group payment"));
    const auto forgotten = client->delete_("/v1/groups/payment");
    EXPECT_EQ(forgotten.status, 409);
    EXPECT_THAT(forgotten.body, HasSubstr("the broker has just started"));
}

}  // namespace

}  // namespace broker
