// The text of a statement: one string for all engines, or one for each where they must differ.
//
//     db.all<Row>("SELECT id FROM products WHERE id > $1", after);
//     tx.run(Sql{.sqlite = "...", .postgresql = "..."}, id);
#pragma once

#include <string>
#include <string_view>

namespace chassis::database {

enum class EngineKind { sqlite, postgresql };

/// The same statement in two dialects, for the few that the common SQL cannot express.
struct Sql {
    std::string_view sqlite;
    std::string_view postgresql;
};

/// What one(), all() and run() take; it views the text, which outlives the call.
class Query {
  public:
    Query(const char* common) : sqlite_(common), postgresql_(common) {}
    Query(std::string_view common) : sqlite_(common), postgresql_(common) {}
    Query(const std::string& common) : sqlite_(common), postgresql_(common) {}
    Query(Sql sql) : sqlite_(sql.sqlite), postgresql_(sql.postgresql) {}

    [[nodiscard]] std::string_view text(EngineKind engine) const {
        return engine == EngineKind::sqlite ? sqlite_ : postgresql_;
    }

  private:
    std::string_view sqlite_;
    std::string_view postgresql_;
};

}  // namespace chassis::database

namespace chassis {
using database::Sql;
}
