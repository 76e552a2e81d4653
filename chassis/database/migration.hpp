// A step of a schema. The files of a folder become a list of them while building: neighborhood_migrations() in
// cmake/Migrations.cmake.
//
//     migrations/001_catalog.sql            for every engine
//     migrations/002_search.sqlite.sql      only where the engines must differ
#pragma once

#include <string_view>

namespace chassis::database {

struct Migration {
    /// The file's name without its endings, such as "001_catalog".
    std::string_view name;
    std::string_view sql;
    /// "sqlite", "postgresql", or empty: for all that have no file of their own.
    std::string_view engine = {};
};

}  // namespace chassis::database
