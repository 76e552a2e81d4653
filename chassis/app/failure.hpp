// Errors as replies: FastAPI's bodies, or RFC 9457 for a client that asks for application/problem+json.
#pragma once

#include <exception>
#include <string_view>

#include "chassis/http/message.hpp"
#include "chassis/model/errors.hpp"

namespace chassis::app {

/// {"detail": "..."}, or {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "..."}.
http::Response error_response(const http::Request& request, int status, std::string_view detail);
/// 422 with every error, in "detail" or, for a problem document, in "errors".
http::Response error_response(const http::Request& request, const model::ValidationError& error);

/// Hung on a request that was answered with 500: what the handler threw. TestClient throws it again.
struct UnhandledError {
    std::exception_ptr error;
};

/// What a 500 tells the client: nothing of what happened.
inline constexpr std::string_view internal_error = "Internal Server Error";

}  // namespace chassis::app
