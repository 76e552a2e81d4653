#include "chassis/async/workers.hpp"
#include "chassis/database/database.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/neighbors.hpp"
#include "contracts/serve.hpp"
#include "contracts/service_secret.hpp"
#include "services/notification/mailer.hpp"
#include "services/notification/notification.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<notification::Settings, contracts::ServiceSecret>("notification", argc, argv, [&] {
        const auto settings = settings::load<notification::Settings>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(notification::migrations());
        async::Workers workers(1);
        const auto mailer = settings.smtp_url
                                ? notification::smtp_mailer(settings.smtp_url->reveal(), settings.mail_from, workers)
                                : notification::mailbox_on_disk(settings.mailbox, settings.mail_from, workers);
        contracts::Neighbors neighbors;
        App app{"notification"};
        app.use(*database).use(neighbors.broker());
        notification::install(
            app, {.clock = base::system_clock(), .mailer = *mailer, .service_token = neighbors.service_token()});
        return app.run(argc, argv);
    });
}
