// The auth service: customers' accounts, and the tokens by which the other services know them.
//
//     App app{"auth"};
//     app.use(*database);
//     app.share(system_clock());
//     app.share(passwords);
//     app.share(tokens);
//     auth::install(app);
//     return app.run(argc, argv);
#pragma once

#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/model/rules.hpp"

namespace auth {

struct Settings {
    std::string database_url;
    std::string signing_key_file;

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::database_url).about("sqlite:<file>");
        field(&Settings::signing_key_file).about("The Ed25519 key that signs tokens (PEM); made when it is not there");
    }
};

// Wants a Database, a Clock, Passwords and Tokens shared.
void install(chassis::App& app);

std::span<const chassis::database::Migration> migrations();

}  // namespace auth
