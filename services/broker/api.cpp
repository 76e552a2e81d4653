// The HTTP interface, in the order of the OpenAPI document.
#include "chassis/app/service_token.hpp"
#include "chassis/database/errors.hpp"
#include "chassis/messaging/broker_wire.hpp"
#include "services/broker/broker.hpp"

namespace broker {

namespace {

using namespace chassis;
namespace wire = chassis::messaging::wire;

HttpError no_room(const database::DiskFull& full) {
    return HttpError{507, "The broker's disk is full"}.log(full.what());
}

Task<NoContent> post_messages(Body<wire::Publish> body, Hub& hub) {
    try {
        co_await hub.publish(std::move(body->messages));
    } catch (const database::DiskFull& full) {
        throw no_room(full);
    }
    co_return NoContent{};
}

// The first time that a group asks for a topic, that is written down.
Task<wire::Fetched> post_fetch(Body<wire::Fetch> body, Hub& hub) {
    try {
        const std::chrono::milliseconds wait{body->wait_ms};
        auto deliveries = co_await hub.fetch(body->who, body->topics, body->most, wait);
        co_return wire::Fetched{std::move(deliveries)};
    } catch (const Fenced& fenced) {
        throw HttpError{409, fenced.what()};
    } catch (const database::DiskFull& full) {
        throw no_room(full);
    }
}

Task<NoContent> post_acknowledge(Body<wire::Acknowledge> body, Hub& hub) {
    try {
        co_await hub.acknowledge(body->who, body->places);
    } catch (const Fenced& fenced) {
        throw HttpError{409, fenced.what()};
    } catch (const database::DiskFull& full) {
        throw no_room(full);
    }
    co_return NoContent{};
}

NoContent post_leave(Body<wire::Leave> body, Hub& hub) {
    hub.leave(body->who);
    return {};
}

struct GroupLag {
    std::string group;
    int members;
    std::int64_t records;
};

struct GroupLags {
    std::vector<GroupLag> items;
};

GroupLags get_groups(const Hub& hub) {
    GroupLags reply;
    for (auto& lag : hub.groups().lags()) reply.items.push_back({std::move(lag.group), lag.members, lag.records});
    return reply;
}

Task<NoContent> post_skip(std::string group, Body<wire::Place> place, Hub& hub) {
    try {
        co_await hub.skip(std::move(group), std::move(*place));
    } catch (const Refused& refused) {
        throw HttpError{409, refused.what()};
    } catch (const database::DiskFull& full) {
        throw no_room(full);
    }
    co_return NoContent{};
}

Task<NoContent> delete_group(std::string group, Hub& hub) {
    bool was_there = false;
    try {
        was_there = co_await hub.forget(std::move(group));
    } catch (const Refused& refused) {
        throw HttpError{409, refused.what()};
    } catch (const database::DiskFull& full) {
        throw no_room(full);
    }
    if (!was_there) throw HttpError{404, "Not found"};
    co_return NoContent{};
}

}  // namespace

void install(App& app, Hub& hub, const Secret& service_token) {
    app.share(hub);
    Router& v1 = app.router("/v1");
    v1.hook(require_service_token(service_token));
    v1.post("/messages", post_messages).errors(401, 507);
    v1.post("/fetch", post_fetch).errors(401, 409, 507);
    v1.post("/acknowledge", post_acknowledge).errors(401, 409, 507);
    v1.post("/leave", post_leave).errors(401);
    v1.get("/groups", get_groups).errors(401);
    v1.post("/groups/{group}/skip", post_skip).errors(401, 409, 507);
    v1.delete_("/groups/{group}", delete_group).errors(401, 404, 409, 507);
}

}  // namespace broker
