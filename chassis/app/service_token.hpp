// Who may call what only the services and operators of the neighborhood may: whoever knows its SERVICE_TOKEN.
//
//     Router& internal = app.router("/internal");
//     internal.hook(require_service_token(settings.service_token));
#pragma once

#include "chassis/app/hook.hpp"
#include "chassis/settings/secret.hpp"

namespace chassis::app {

/// A hook that answers 401 unless X-Service-Token is the token. With an empty token nobody is let in.
class RequireServiceToken {
  public:
    explicit RequireServiceToken(settings::Secret token) : token_(std::move(token)) {}
    async::Task<http::Response> operator()(http::Request& request, Next next) const;

  private:
    settings::Secret token_;
};

inline RequireServiceToken require_service_token(settings::Secret token) {
    return RequireServiceToken(std::move(token));
}

}  // namespace chassis::app

namespace chassis {
using app::require_service_token;
}
