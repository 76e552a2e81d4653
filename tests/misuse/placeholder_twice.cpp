// expect: a_placeholder_name_stands_twice_in_the_route_text
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/{id}/{id}", [](int a, std::string b) { return a + static_cast<int>(b.size()); });
}
