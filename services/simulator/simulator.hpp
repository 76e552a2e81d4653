// A payment provider for development and tests: it charges test cards, remembers what it charged and tells the merchant
// by signed webhooks, as a real one does. It moves no money.
#pragma once

#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/http/client.hpp"
#include "chassis/model/rules.hpp"
#include "chassis/settings/secret.hpp"

namespace simulator {

struct Settings {
    std::string database_url;
    std::string webhook_url;
    chassis::Secret webhook_secret;

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::database_url).about("sqlite:<file>");
        field(&Settings::webhook_url).about("The merchant's address for webhooks");
        field(&Settings::webhook_secret).about("With which webhooks are signed");
    }
};

// Where webhooks go.
struct Merchant {
    chassis::http::Client& client;
    std::string url;
    chassis::Secret secret;
};

// The app has a database and a broker already.
void install(chassis::App& app, const chassis::Clock& clock, const Merchant& merchant);

std::span<const chassis::database::Migration> migrations();

}  // namespace simulator
