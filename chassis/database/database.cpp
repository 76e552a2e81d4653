#include "chassis/database/database.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "chassis/base/hash.hpp"
#include "chassis/database/sqlite_engine.hpp"

namespace chassis::database {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

std::string checksum(std::string_view sql) {
    char text[16];
    auto end = std::to_chars(text, text + sizeof text, base::fnv1a(sql), 16).ptr;
    return {text, end};
}

// The steps for this engine in order of name.
std::vector<Migration> steps_for(std::span<const Migration> migrations, EngineKind engine) {
    std::string_view own = engine == EngineKind::sqlite ? "sqlite" : "postgresql";
    std::map<std::string_view, Migration> chosen;
    for (const Migration& migration : migrations) {
        if (!migration.engine.empty() && migration.engine != own) continue;
        auto [place, fresh] = chosen.try_emplace(migration.name, migration);
        if (fresh) continue;
        if (place->second.engine == migration.engine) {
            throw MigrationError("two migrations are named " + std::string(migration.name));
        }
        if (!migration.engine.empty()) place->second = migration;
    }
    std::vector<Migration> steps;
    for (const auto& [name, migration] : chosen) steps.push_back(migration);
    return steps;
}

struct Applied {
    std::string name;
    std::string checksum;
};

// A later version of the program may have run here before: what it added after our last step is its own affair.
void check_history(const std::vector<Applied>& applied, const std::vector<Migration>& steps, std::string_view module) {
    auto fail = [&](std::string_view name, std::string_view what) {
        throw MigrationError("migration " + std::string(name) + " of " + std::string(module) + " " + std::string(what));
    };
    std::set<std::string_view> names;
    for (const Applied& done : applied) {
        names.insert(done.name);
        auto step = std::ranges::find(steps, std::string_view(done.name), &Migration::name);
        if (step != steps.end()) {
            if (checksum(step->sql) != done.checksum) {
                fail(done.name, "was changed after it had been applied; put its text back and add a new migration");
            }
        } else if (steps.empty() || done.name < steps.back().name) {
            fail(done.name, "was applied to this database and is missing from this program; put it back");
        }
    }
    for (const Migration& step : steps) {
        if (!names.contains(step.name) && !applied.empty() && step.name < applied.back().name) {
            fail(step.name,
                 "comes before " + applied.back().name + ", which has been applied already; give it a later number");
        }
    }
}

}  // namespace

std::unique_ptr<Database> Database::open(Settings settings) {
    if (!settings.url.starts_with(sqlite_scheme) || settings.url.size() == sqlite_scheme.size()) {
        throw DatabaseError("a database is named sqlite:<path>, not '" + settings.url + "'");
    }
    if (!settings.on_slow) settings.on_slow = log_slow_closure;
    std::string path = settings.url.substr(sqlite_scheme.size());
    return std::make_unique<Database>(std::make_unique<SqliteEngine>(path, std::move(settings)));
}

void Database::migrate(std::span<const Migration> migrations, std::string_view module) {
    std::vector<Migration> steps = steps_for(migrations, engine());
    write_blocking([](Transaction& tx) {
        tx.run(
            "CREATE TABLE IF NOT EXISTS chassis_migrations (module TEXT NOT NULL, name TEXT NOT NULL, "
            "checksum TEXT NOT NULL, PRIMARY KEY (module, name))");
    });
    auto applied = read_blocking([&](Connection& db) {
        return db.all<Applied>("SELECT name, checksum FROM chassis_migrations WHERE module = $1 ORDER BY name", module);
    });
    check_history(applied, steps, module);
    for (const Migration& step : steps) {
        if (std::ranges::find(applied, step.name, &Applied::name) != applied.end()) continue;
        try {
            write_blocking([&](Transaction& tx) {
                tx.run_script(step.sql);
                tx.run("INSERT INTO chassis_migrations (module, name, checksum) VALUES ($1, $2, $3)", module, step.name,
                       checksum(step.sql));
            });
        } catch (const DatabaseError& error) {
            throw MigrationError("migration " + std::string(step.name) + " of " + std::string(module) +
                                 " failed: " + error.what());
        }
    }
}

}  // namespace chassis::database
