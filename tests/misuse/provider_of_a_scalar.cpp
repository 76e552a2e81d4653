// expect: a provider returns a type of its own
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.provide([] { return std::string("alice"); });
}
