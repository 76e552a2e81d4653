// expect: a model is a plain struct: it has no private members, no constructors and no virtual functions
#include "chassis/model/json.hpp"

struct Product {
    std::string* name;
};

std::string text = chassis::to_json(Product{});
