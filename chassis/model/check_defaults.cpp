#include "chassis/model/check_defaults.hpp"

namespace chassis::model::detail {

void refuse_initialiser(std::string_view model, std::string_view member) {
    const std::string place = std::string(model) + "::" + std::string(member);
    throw ModelError(place + " has an initialiser but no has_default(): say field(&" + place +
                     ").has_default() in rules() when it may be left out, or take the initialiser away");
}

}  // namespace chassis::model::detail
