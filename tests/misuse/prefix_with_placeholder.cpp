// expect: the_prefix_of_a_router_has_no_placeholders_and_no_slash_at_its_end
#include "chassis/app/app.hpp"

void install(chassis::App& app) { app.router("/tenants/{tenant}"); }
