#pragma once

#include <chrono>
#include <filesystem>

#include "apps/neighborhood/state.hpp"

namespace neighborhood {

// `shoppers` customers buy one product after another for `duration`; then all orders are waited for. Prints a line each
// second and the figures at the end: orders settled per second, latencies, and the CPU of all services and the
// supervisor per order. `data` is the folder of the neighborhood that `state` tells of. Returns the exit code: 0 when
// orders were placed and every one was paid.
int load(const std::filesystem::path& data, const State& state, int shoppers, std::chrono::seconds duration);

}  // namespace neighborhood
