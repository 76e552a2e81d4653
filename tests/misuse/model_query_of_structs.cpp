// expect: a member read from a query, headers, cookies or a form is a scalar, an optional one, or a list of them
#include "chassis/model/fields.hpp"

struct Inner {
    int x;
};
struct Search {
    Inner inner;
};

Search read(const chassis::model::FieldSource& query) { return chassis::model::from_fields<Search>(query, "query"); }
