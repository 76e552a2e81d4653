#pragma once

#include <chrono>

#include "apps/neighborhood/state.hpp"

namespace neighborhood {

// Reads the books of all services and prints what does not agree; what is still on its way is waited for. Returns 0
// when everything is settled and agrees, otherwise 1.
int check(const State& state, std::chrono::seconds wait);

}  // namespace neighborhood
