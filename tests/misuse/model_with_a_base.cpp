// expect: a model has no base class
#include "chassis/app/app.hpp"

struct Named {
    std::string name;
};
struct Product : Named {
    int id;
};

void install(chassis::App& app) {
    app.post("/", [](chassis::Body<Product> product) { return product->id; });
}
