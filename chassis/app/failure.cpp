#include "chassis/app/failure.hpp"

#include "chassis/app/endpoint.hpp"
#include "chassis/base/text.hpp"
#include "chassis/database/errors.hpp"
#include "chassis/model/json_text.hpp"
#include "chassis/telemetry/log.hpp"

namespace chassis::app {
namespace {

constexpr std::string_view problem_type = "application/problem+json";

bool wants_problem(const http::Request& request) {
    const auto accept = request.headers.get("Accept");
    if (!accept) return false;
    for (std::string_view range : base::split(*accept, ',')) {
        if (base::iequals(base::trim(range.substr(0, range.find(';'))), problem_type)) return true;
    }
    return false;
}

http::Response problem(int status, std::string_view detail, std::string_view errors) {
    std::string body = R"({"type":"about:blank","title":)";
    model::append_json_string(body, http::reason_phrase(status));
    body += ",\"status\":";
    body += std::to_string(status);
    body += ",\"detail\":";
    model::append_json_string(body, detail);
    if (!errors.empty()) {
        body += ",\"errors\":";
        body += errors;
    }
    body += '}';
    http::Response response = http::Response::json(status, std::move(body));
    response.content_type = problem_type;
    return response;
}

http::Response unknown_failure(http::Request& request, std::exception_ptr error, std::string_view what) {
    telemetry::log_error("request failed", {{"status", 500}, {"error", what}});
    request.extensions.emplace<UnhandledError>(UnhandledError{std::move(error)});
    return error_response(request, 500, internal_error);
}

http::Response try_later(const http::Request& request, std::string_view why) {
    telemetry::log_warning("request refused", {{"reason", why}});
    http::Response response = error_response(request, 503, "Service Unavailable");
    response.headers.append("Retry-After", "1");
    return response;
}

}  // namespace

http::Response error_response(const http::Request& request, int status, std::string_view detail) {
    return wants_problem(request) ? problem(status, detail, {}) : http::Response::error(status, detail);
}

http::Response error_response(const http::Request& request, const model::ValidationError& error) {
    std::string body = error.body();
    if (!wants_problem(request)) return http::Response::json(422, std::move(body));
    // {"detail":[...]}: the list alone.
    const std::string_view list = std::string_view(body).substr(10, body.size() - 11);
    return problem(422, "The request does not fit what this operation takes", list);
}

http::Response failure_response(http::Request& request) {
    try {
        throw;
    } catch (const http::HttpError& error) {
        if (!error.log_text.empty()) {
            telemetry::log_warning("request failed", {{"status", error.status}, {"error", error.log_text}});
        }
        http::Response response = error_response(request, error.status, error.detail);
        response.headers = error.headers;
        return response;
    } catch (const InputError& error) {
        return error_response(request, error);
    } catch (const database::Overloaded& error) {
        return try_later(request, error.what());
    } catch (const database::NotStarted& error) {
        return try_later(request, error.what());
    } catch (const std::exception& error) {
        return unknown_failure(request, std::current_exception(), error.what());
    } catch (...) {
        return unknown_failure(request, std::current_exception(), "something that is no std::exception");
    }
}

}  // namespace chassis::app
