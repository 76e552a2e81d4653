// The secret that the services of a neighborhood share. What they say among themselves carries it as X-Service-Token;
// the gateway takes that header off whatever comes from outside.
//
//     const auto secret = settings::load<contracts::ServiceSecret>(settings::Sources::from_process());
//     internal.hook(require_service_token(secret.service_token));
#pragma once

#include "chassis/model/rules.hpp"
#include "chassis/settings/secret.hpp"

namespace contracts {

struct ServiceSecret {
    chassis::Secret service_token;  // SERVICE_TOKEN

    static void rules(chassis::Rules<ServiceSecret>& field) {
        field(&ServiceSecret::service_token).about("The secret that the services of a neighborhood share");
    }
};

}  // namespace contracts
