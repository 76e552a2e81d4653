// expect: a handler is called by several threads at once: a mutable lambda cannot be one
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/", [n = 0]() mutable { return ++n; });
}
