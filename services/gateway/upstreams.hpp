// The services behind the door.
//
//     Upstream& order = door.upstreams.of("order");
//     auto place = order.places.try_enter();
//     auto reply = co_await order.client.forward(std::move(call));
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "chassis/discovery/directory.hpp"
#include "chassis/discovery/service_client.hpp"
#include "chassis/http/client.hpp"
#include "chassis/resilience/concurrency_limit.hpp"

namespace gateway {

struct Upstream {
    chassis::discovery::ServiceClient client;
    // What may be under way there, so that a slow service does not fill the gateway with those who wait for it.
    chassis::resilience::ConcurrencyLimit places;
};

// One for each service in the table of routes. Any number of loops may use them.
class Upstreams {
  public:
    // The client and the directory outlive it.
    Upstreams(chassis::http::Client& client, const chassis::discovery::Directory& directory, unsigned places);

    Upstream& of(std::string_view service) const;

  private:
    std::map<std::string, std::unique_ptr<Upstream>, std::less<>> upstreams_;
};

}  // namespace gateway
