// expect: cannot convert|no matching member function
#include "chassis/app/app.hpp"

void install(chassis::App& app, const std::string& text) {
    app.get(text, [] { return 1; });
}
