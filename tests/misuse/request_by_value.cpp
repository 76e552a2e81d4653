// expect: Request and BackgroundTasks are taken by reference
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/", [](chassis::Request request) { return std::string(request.path); });
}
