// expect: a_route_starts_with_a_slash
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("products", [] { return 1; });
}
