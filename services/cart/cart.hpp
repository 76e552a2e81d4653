// The cart service: what each customer means to buy.
//
//     App app{"cart"};
//     app.use(*database).use(broker);
//     cart::install(app, identity);
//     return app.run(argc, argv);
#pragma once

#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/model/rules.hpp"
#include "contracts/identity.hpp"

namespace cart {

struct Settings {
    std::string database_url;

    static void rules(chassis::Rules<Settings>& field) { field(&Settings::database_url).about("sqlite:<file>"); }
};

// The app has a database and a broker already.
void install(chassis::App& app, const contracts::Identity& identity);

std::span<const chassis::database::Migration> migrations();

}  // namespace cart
