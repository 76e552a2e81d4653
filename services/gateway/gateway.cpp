#include "services/gateway/gateway.hpp"

#include "services/gateway/forward.hpp"

namespace gateway {

chassis::app::About about() {
    return {.description =
                "The one door to the neighborhood. Each service describes its own operations: /openapi/auth.json, "
                "/openapi/cart.json, /openapi/order.json, /openapi/product.json, and in development "
                "/openapi/notification.json. What the gateway's table of routes does not take is a 404, also where "
                "such a document has it."};
}

void install(chassis::App& app) { app.fallback(forward).ignore_deadlines(); }

}  // namespace gateway
