// The payment service: charges every order once, and gives back what cannot be fulfilled.
//
//     App app{"payment"};
//     app.use(*database).use(broker);
//     payment::install(app, {...});
//     return app.run(argc, argv);
#pragma once

#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/model/rules.hpp"
#include "chassis/settings/secret.hpp"
#include "services/payment/provider.hpp"

namespace payment {

struct Settings {
    std::string database_url;
    std::string provider_url;
    chassis::Secret provider_webhook_secret;

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::database_url).about("sqlite:<file>");
        field(&Settings::provider_url).about("Where the payment provider is, without a slash at the end");
        field(&Settings::provider_webhook_secret).about("With which the provider signs its webhooks");
    }
};

struct WebhookSecret {
    chassis::Secret value;
};

// What it needs beside the app's database and broker.
struct Needs {
    const chassis::Clock& clock;
    const Provider& provider;
    const WebhookSecret& webhook_secret;
    const chassis::Secret& service_token;
};

void install(chassis::App& app, const Needs& needs);

std::span<const chassis::database::Migration> migrations();

}  // namespace payment
