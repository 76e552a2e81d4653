// What the embedded broker's service and its clients say to each other, as JSON over HTTP. The README of
// services/broker has the calls and their statuses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chassis/messaging/broker.hpp"
#include "chassis/model/rules.hpp"

namespace chassis::messaging::wire {

/// POST /v1/messages: 204 once all are on the disk.
struct Publish {
    std::vector<Message> messages;

    static void rules(model::Rules<Publish>& field) { field(&Publish::messages).length(1, 1000); }
};

/// Who asks. `incarnation` is a Uuid of version 7: a later one of the same member takes the place of an earlier one, so
/// that a process that was started again need not wait for its predecessor's lease.
struct Who {
    std::string group;
    std::string member;
    std::string incarnation;
};

/// POST /v1/fetch: 200 with what comes next, empty when `wait_ms` is over.
struct Fetch {
    Who who;
    std::vector<std::string> topics;
    int most = 256;
    int wait_ms = 0;

    static void rules(model::Rules<Fetch>& field) {
        field(&Fetch::topics).length(1, 100);
        field(&Fetch::most).has_default().at_least(1).at_most(1000);
        field(&Fetch::wait_ms).has_default().at_least(0).at_most(10'000);
    }
};

struct Place {
    std::string topic;
    int lane;
    std::int64_t position;
};

struct Delivery {
    Place place;
    Message message;
};

struct Fetched {
    std::vector<Delivery> deliveries;
};

/// POST /v1/acknowledge: 204 once it is on the disk; 409 when these lanes are another member's by now.
struct Acknowledge {
    Who who;
    std::vector<Place> places;  // the last one of each lane

    static void rules(model::Rules<Acknowledge>& field) { field(&Acknowledge::places).length(1, 6400); }
};

/// POST /v1/leave: 204; the group's other members take over at once.
struct Leave {
    Who who;
};

}  // namespace chassis::messaging::wire
