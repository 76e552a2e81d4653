// expect: a handler returns what is sent: a model, or NoContent when there is nothing
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/", [] {});
}
