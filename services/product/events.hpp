#pragma once

#include "chassis/app/app.hpp"

namespace product {

// What product learns from the others, and its own alarm clock.
void install_events(chassis::App& app, const chassis::Clock& clock);

}  // namespace product
