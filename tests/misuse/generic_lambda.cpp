// expect: a handler has one list of parameter types: a generic lambda
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/{a}", [](auto a) { return a; });
}
