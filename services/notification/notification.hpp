// The notification service: tells customers by mail what became of their orders.
//
//     App app{"notification"};
//     app.use(*database).use(broker);
//     notification::install(app, {.clock = system_clock(), .mailer = *mailer, .service_token = token});
//     return app.run(argc, argv);
#pragma once

#include <optional>
#include <span>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/database/migration.hpp"
#include "chassis/model/rules.hpp"
#include "chassis/settings/secret.hpp"
#include "services/notification/mailer.hpp"

namespace notification {

struct Settings {
    std::string database_url;
    std::string mailbox = "mailbox";
    std::optional<chassis::Secret> smtp_url;  // it may hold a password
    std::string mail_from = "shop@neighborhood.example";

    static void rules(chassis::Rules<Settings>& field) {
        field(&Settings::database_url).about("sqlite:<file>");
        field(&Settings::mailbox)
            .has_default()
            .about("The folder that mails are kept in, when there is no SMTP server");
        field(&Settings::smtp_url).about("smtp://host:port or smtps://user:password@host:port");
        field(&Settings::mail_from).has_default().about("The sender's address");
    }
};

// What it needs beside the app's database and broker.
struct Needs {
    const chassis::Clock& clock;
    const Mailer& mailer;
    const chassis::Secret& service_token;
};

void install(chassis::App& app, const Needs& needs);

std::span<const chassis::database::Migration> migrations();

}  // namespace notification
