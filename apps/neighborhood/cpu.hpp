#pragma once

#include "apps/neighborhood/state.hpp"

namespace neighborhood {

// Seconds of CPU that the supervisor, its services, and those of its services that have ended have used so far. It
// never goes back: what a process used stays with the supervisor that waited for it. `state` names the processes of
// now, so it is read anew for each call.
double cpu_seconds(const State& state);

}  // namespace neighborhood
