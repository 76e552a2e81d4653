// expect: a parameter is a value (of this request) or a reference (of the service)
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/", [](const int* number) { return *number; });
}
