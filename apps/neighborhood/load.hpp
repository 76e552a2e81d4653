#pragma once

#include <chrono>

#include "apps/neighborhood/state.hpp"

namespace neighborhood {

// `shoppers` customers buy one product after another for `duration`; then all orders are waited for. Prints a line each
// second and the figures at the end: orders settled per second, latencies, and the CPU of all services per order.
// Returns the exit code: 0 when every order that was placed was paid.
int load(const State& state, int shoppers, std::chrono::seconds duration);

}  // namespace neighborhood
