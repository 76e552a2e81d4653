#pragma once

#include "chassis/app/app.hpp"

namespace payment {

// What the payment service learns from the others.
void install_events(chassis::App& app, const chassis::Clock& clock);

}  // namespace payment
