#include "chassis/app/inside.hpp"
#include "chassis/database/database.hpp"

namespace chassis::app {
namespace {

async::Task<bool> answers(database::Database& database) {
    auto ask = [](database::Connection& db) { return db.one<std::int64_t>("SELECT 1"); };
    const auto one = co_await database.read(ask);
    co_return one == 1;
}

}  // namespace

App& App::use(database::Database& database) {
    inside_->database = &database;
    share(database);
    return ready_when("database", [&database] { return answers(database); });
}

}  // namespace chassis::app
