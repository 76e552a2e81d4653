#pragma once

#include "apps/neighborhood/state.hpp"

namespace neighborhood {

// Prints a line for each service. Returns 0 when all are ready, otherwise 1.
int print_status(const State& state);

}  // namespace neighborhood
