#include "services/gateway/gateway.hpp"

#include "services/gateway/forward.hpp"

namespace gateway {

void install(chassis::App& app) { app.fallback(forward).ignore_deadlines(); }

}  // namespace gateway
