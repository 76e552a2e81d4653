// expect: the_route_text_has_MORE_placeholders_than_the_handler_has_path_parameters
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/products/{product_id}/{size}", [](int product_id) { return product_id; });
}
