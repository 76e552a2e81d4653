// expect: constraints not satisfied
#include "chassis/model/json.hpp"

struct Product {
    bool sold;
    static void rules(chassis::Rules<Product>& field) { field(&Product::sold).at_least(1); }
};

std::string text = chassis::to_json(Product{});
