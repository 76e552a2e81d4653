// expect: a model has no bit-field: use a whole integer or a bool
#include "chassis/model/json.hpp"

struct Product {
    std::string name;
    int size : 3;
};

std::string text = chassis::to_json(Product{});
