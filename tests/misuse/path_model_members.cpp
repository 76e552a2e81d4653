// expect: the_placeholders_of_the_route_text_are_not_the_members_of_the_Path_model
#include "chassis/app/app.hpp"

struct Place {
    int shelf;
    int row;
};

void install(chassis::App& app) {
    app.get("/{shelf}/{column}", [](chassis::Path<Place> place) { return place->shelf; });
}
