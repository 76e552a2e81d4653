// expect: a bool or a floating point number is not read from the path
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/", [](bool flag) { return flag; });
}
