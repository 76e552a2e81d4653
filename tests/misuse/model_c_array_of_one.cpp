// expect: a model has no C array: use std::array or std::vector
#include "chassis/model/json.hpp"

struct Product {
    std::string name;
    int sizes[1];
};

std::string text = chassis::to_json(Product{});
