// expect: a_route_text_has_no_empty_segment_query_or_fragment
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/products?limit=1", [] { return 1; });
}
