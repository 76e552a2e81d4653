// expect: an enum of a model is an `enum class`: the values of a plain enum are not known while compiling
#include "chassis/model/json.hpp"

enum State { pending, paid };
struct Order {
    State state;
};

std::string text = chassis::to_json(Order{});
