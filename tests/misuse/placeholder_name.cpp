// expect: a_placeholder_is_named_by_letters_digits_and_underscores
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/products/{product-id}", [](int product_id) { return product_id; });
}
