// expect: a model has no reference member: a model owns its values
#include "chassis/model/json.hpp"

struct Product {
    std::string name;
    int& size;
};
int size = 1;

std::string text = chassis::to_json(Product{"x", size});
