// The order service: takes the customers' orders and knows what became of them.
//
//     App app{"order"};
//     app.use(*database).use(broker);
//     order::install(app, {...});
//     return app.run(argc, argv);
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/model/rules.hpp"
#include "chassis/settings/secret.hpp"
#include "contracts/clients.hpp"
#include "contracts/identity.hpp"

namespace order {

struct Settings {
    std::string database_url;
    std::int64_t settle_after_ms = 20'000;

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::database_url).about("sqlite:<file>");
        field(&Settings::settle_after_ms)
            .has_default()
            .at_least(1)
            .about("An attempt at an order that has not ended by then is given up, and its stock put back");
    }
};

// What it needs beside the app's database and broker.
struct Needs {
    const chassis::Clock& clock;
    const contracts::Identity& identity;
    const contracts::CartClient& carts;
    const contracts::ProductClient& products;
    // Longer than most attempts take: one that has not ended by then is overtaken and cannot place its order any more.
    std::chrono::milliseconds settle_after;
    const chassis::Secret& service_token;
};

void install(chassis::App& app, const Needs& needs);

std::span<const chassis::database::Migration> migrations();

}  // namespace order
