// expect: a model has no base class: make what it would inherit a member
#include "chassis/model/json.hpp"

struct Base {
    int id;
};
struct Product : Base {
    std::string name;
};

std::string text = chassis::to_json(Product{});
