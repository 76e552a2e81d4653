#include "chassis/database/database.hpp"
#include "chassis/settings/settings.hpp"
#include "contracts/serve.hpp"
#include "services/auth/auth.hpp"
#include "services/auth/passwords.hpp"
#include "services/auth/tokens.hpp"

int main(int argc, char** argv) {
    using namespace chassis;
    return contracts::serve<auth::Settings>("auth", argc, argv, [&] {
        const auto settings = settings::load<auth::Settings>(settings::Sources::from_process());
        const auto database = Database::open({.url = settings.database_url});
        database->migrate(auth::migrations());
        auth::Passwords passwords(2, 100);
        const auth::Tokens tokens(auth::kept_key(settings.signing_key_file));
        App app{"auth"};
        app.use(*database);
        app.share(base::system_clock());
        app.share(passwords);
        app.share(tokens);
        auth::install(app);
        return app.run(argc, argv);
    });
}
