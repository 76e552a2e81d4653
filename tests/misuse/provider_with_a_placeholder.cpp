// expect: a provider serves many routes: it takes placeholders by name, with Path<Model>
#include "chassis/app/app.hpp"

struct Tenant {
    std::string name;
};

void install(chassis::App& app) {
    app.provide([](std::string name) { return Tenant{name}; });
}
