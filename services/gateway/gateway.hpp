// The gateway: the one door to the neighborhood. It knows who comes in and how often, and forwards what the table of
// routes takes; each service checks the token once more itself.
//
//     App app{"gateway", gateway::about()};
//     app.share(door);
//     gateway::install(app);
//     return app.run(argc, argv);
#pragma once

#include "chassis/app/app.hpp"
#include "chassis/model/rules.hpp"
#include "services/gateway/admission.hpp"
#include "services/gateway/upstreams.hpp"

namespace gateway {

struct Settings {
    bool development = false;
    int requests_per_second = 50;
    int burst = 200;
    int requests_at_once = 512;

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::development)
            .has_default()
            .about("Routes for developers, such as the mailbox, are open to all");
        field(&Settings::requests_per_second)
            .has_default()
            .at_least(0)
            .about("Of each customer, and of each address without a valid token; 0 does not limit");
        field(&Settings::burst).has_default().at_least(1).about("What may come at once after a pause");
        field(&Settings::requests_at_once)
            .has_default()
            .at_least(1)
            .about("What may be under way at one service; more is refused");
    }
};

// Everything that a request meets on its way through the door.
struct Door {
    const Admission& admission;
    const Upstreams& upstreams;
    bool development;
};

// What its own document says of itself; those of the services are found beside it.
chassis::app::About about();

// Wants a Door shared.
void install(chassis::App& app);

}  // namespace gateway
