#include "contracts/neighbors.hpp"

#include <stdexcept>

#include "chassis/messaging/embedded_broker.hpp"
#include "chassis/settings/settings.hpp"

namespace contracts {

namespace {

std::string url_of(const chassis::Directory& directory, const std::string& service) {
    const auto endpoints = directory.endpoints(service);
    if (endpoints.empty()) throw std::invalid_argument("NEIGHBORHOOD_SERVICES does not name the service " + service);
    return endpoints.front().url();
}

}  // namespace

struct Neighbors::Inside {
    Inside()
        : directory(chassis::discovery::StaticDirectory::from_environment()),
          client({}),
          secret(chassis::settings::load<ServiceSecret>(chassis::settings::Sources::from_process())),
          broker(client, {.url = url_of(directory, "broker"), .service_token = secret.service_token}),
          identity(chassis::discovery::ServiceClient(client, directory, "auth"), chassis::base::system_clock()) {}

    chassis::discovery::StaticDirectory directory;
    chassis::http::Client client;
    ServiceSecret secret;
    chassis::messaging::EmbeddedBroker broker;
    Identity identity;
};

Neighbors::Neighbors() : inside_(std::make_unique<Inside>()) {}
Neighbors::~Neighbors() = default;

chassis::http::Client& Neighbors::client() { return inside_->client; }
const chassis::discovery::Directory& Neighbors::directory() const { return inside_->directory; }
chassis::discovery::ServiceClient Neighbors::service(std::string name) {
    return {inside_->client, inside_->directory, std::move(name)};
}
chassis::messaging::Broker& Neighbors::broker() { return inside_->broker; }
Identity& Neighbors::identity() { return inside_->identity; }
const chassis::Secret& Neighbors::service_token() const { return inside_->secret.service_token; }

}  // namespace contracts
