// expect: a_placeholder_is_a_whole_segment_of_the_route_text
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/files/{name}.json", [](std::string name) { return name; });
}
