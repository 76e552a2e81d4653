#pragma once

#include "chassis/app/app.hpp"
#include "services/order/order.hpp"

namespace order {

// What the order service learns from the others, and the settling of its own intents.
void install_events(chassis::App& app, const Needs& needs);

}  // namespace order
