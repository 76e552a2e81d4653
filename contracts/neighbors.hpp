// What a service's main() needs to reach the other services: where they are, a client, the broker, who customers are.
//
//     contracts::Neighbors neighbors;
//     contracts::CartClient carts(neighbors.service("cart"));
//     app.share(neighbors.identity());
#pragma once

#include <memory>
#include <string>

#include "chassis/base/clock.hpp"
#include "chassis/discovery/service_client.hpp"
#include "chassis/http/client.hpp"
#include "chassis/messaging/broker.hpp"
#include "contracts/identity.hpp"
#include "contracts/service_secret.hpp"

namespace contracts {

class Neighbors {
  public:
    // Reads NEIGHBORHOOD_SERVICES and SERVICE_TOKEN. Throws chassis::settings::SettingsError or std::invalid_argument.
    Neighbors();
    ~Neighbors();

    chassis::http::Client& client();
    const chassis::discovery::Directory& directory() const;
    chassis::discovery::ServiceClient service(std::string name);
    chassis::messaging::Broker& broker();
    Identity& identity();
    const chassis::Secret& service_token() const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace contracts
