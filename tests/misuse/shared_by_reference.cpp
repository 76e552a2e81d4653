// expect: a shared object is used by several threads at once: take it as const T&
#include "chassis/app/app.hpp"

struct Shelf {
    int products;
};

void install(chassis::App& app) {
    app.post("/", [](Shelf& shelf) { return ++shelf.products; });
}
