// The product service: the catalog and its stock.
//
//     App app{"product"};
//     app.use(*database).use(broker);
//     product::install(app, {.clock = system_clock(), .time_to_pay = 15min, .service_token = token});
//     return app.run(argc, argv);
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/model/rules.hpp"
#include "chassis/settings/secret.hpp"

namespace product {

struct Settings {
    std::string database_url;
    bool demo_data = false;
    std::optional<int> demo_stock;
    std::int64_t time_to_pay_ms = 900'000;

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::database_url).about("sqlite:<file>");
        field(&Settings::demo_data).has_default().about("Fill an empty shelf with the demonstration shop's products");
        field(&Settings::demo_stock).at_least(0).about("So many of each of them, instead of their own numbers");
        field(&Settings::time_to_pay_ms)
            .has_default()
            .at_least(1)
            .about("How long stock is held for an order that is not paid yet");
    }
};

// What it needs beside the app's database and broker.
struct Needs {
    const chassis::Clock& clock;
    std::chrono::milliseconds time_to_pay;
    const chassis::Secret& service_token;
};

void install(chassis::App& app, const Needs& needs);

std::span<const chassis::database::Migration> migrations();

}  // namespace product
