// expect: the key of a map in a model can be read from text: a string, integer, enum or id
#include <map>

#include "chassis/model/json.hpp"

struct Shelf {
    std::map<std::vector<int>, int> products;
};

std::string text = chassis::to_json(Shelf{});
