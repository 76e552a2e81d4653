#include "chassis/database/rows.hpp"

namespace chassis::database::detail {
namespace {

std::string columns_of(const Rows& rows) {
    std::string names;
    for (int i = 0; i < rows.columns(); ++i) names += (i == 0 ? "" : ", ") + std::string(rows.name(i));
    return names;
}

}  // namespace

int find_column(const Rows& rows, std::string_view type, std::string_view name) {
    for (int i = 0; i < rows.columns(); ++i) {
        if (rows.name(i) == name) return i;
    }
    throw DatabaseError(std::string(type) + " needs a column '" + std::string(name) + "', the query gives " +
                        columns_of(rows) + ": " + std::string(rows.sql()));
}

void require_one_column(const Rows& rows, std::string_view type) {
    if (rows.columns() == 1) return;
    throw DatabaseError("a row becomes one " + std::string(type) + " when the query has one column, this one gives " +
                        columns_of(rows) + ": " + std::string(rows.sql()));
}

void refuse_null(const Rows& rows, int column) {
    throw DatabaseError("column '" + std::string(rows.name(column)) +
                        "' is NULL and its member is not a std::optional: " + std::string(rows.sql()));
}

void refuse_value(const Rows& rows, int column, std::string_view wanted) {
    throw DatabaseError("column '" + std::string(rows.name(column)) + "' holds something else than " +
                        std::string(wanted) + ": " + std::string(rows.sql()));
}

void refuse_second_row(const Rows& rows) { throw DatabaseError("one() met a second row: " + std::string(rows.sql())); }

}  // namespace chassis::database::detail
