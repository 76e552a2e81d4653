// One request through the door.
#pragma once

#include "chassis/async/task.hpp"
#include "chassis/http/message.hpp"
#include "services/gateway/gateway.hpp"

namespace gateway {

// Refuses with HttpError (400 for a path that is not plain, 401, 404, 429), or sends the request on and returns the
// service's reply; 502, 503 or 504 when there is none. Nothing of the client's bytes is passed on as it came: head and
// body are written anew, without hop-by-hop fields and without those by which services know each other.
chassis::Task<chassis::Response> forward(chassis::Request& request, const Door& door);

}  // namespace gateway
