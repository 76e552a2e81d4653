#pragma once

#include "apps/neighborhood/state.hpp"

namespace neighborhood {

// Goes through a purchase and a declined one on the running neighborhood and prints each step with its time and the
// trace. Returns the exit code.
int demo(const State& state);

}  // namespace neighborhood
