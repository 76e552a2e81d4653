// expect: a_placeholder_in_the_route_text_is_not_closed
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/products/{product_id", [](int product_id) { return product_id; });
}
