// expect: two path parameters of the same type could be swapped by mistake
#include "chassis/app/app.hpp"

void install(chassis::App& app) {
    app.get("/{a}/{b}", [](int a, int b) { return a + b; });
}
