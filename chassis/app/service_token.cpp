#include "chassis/app/service_token.hpp"

#include "chassis/app/failure.hpp"
#include "chassis/security/hmac.hpp"

namespace chassis::app {
namespace {

async::Task<http::Response> refuse(http::Request& request) {
    co_return error_response(request, 401, "X-Service-Token is missing or wrong");
}

}  // namespace

async::Task<http::Response> RequireServiceToken::operator()(http::Request& request, Next next) const {
    const std::string_view given = request.headers.get("X-Service-Token").value_or("");
    if (token_.empty() || !security::constant_time_equal(given, token_.reveal())) return refuse(request);
    return next(request);
}

}  // namespace chassis::app
