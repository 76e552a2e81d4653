// The broker service: the durable log by which the services of one machine tell each other what happened.
//
//     App app{"broker"};
//     app.use(*database);
//     broker::install(app, hub, token);
//     return app.run(argc, argv);
#pragma once

#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/model/rules.hpp"
#include "chassis/settings/secret.hpp"
#include "services/broker/hub.hpp"

template <>
inline constexpr bool chassis::app::thread_safe<broker::Hub> = true;

namespace broker {

struct Settings {
    std::string database_url;
    int lease_ms = 15'000;

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::database_url).about("sqlite:<file>");
        field(&Settings::lease_ms)
            .has_default()
            .at_least(100)
            .at_most(20'000)
            .about("After which a silent member's lanes pass on");
    }
};

void install(chassis::App& app, Hub& hub, const chassis::Secret& service_token);

std::span<const chassis::database::Migration> migrations();

}  // namespace broker
