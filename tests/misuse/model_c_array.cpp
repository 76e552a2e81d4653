// expect: a model has no C array: use std::array or std::vector
#include "chassis/model/json.hpp"

struct Product {
    std::string name;
    int sizes[3];
    int id;
};

std::string text = chassis::to_json(Product{});
