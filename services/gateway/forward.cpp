#include "services/gateway/forward.hpp"

#include <array>
#include <optional>
#include <string>

#include "chassis/base/text.hpp"
#include "services/gateway/routes.hpp"

namespace gateway {

namespace {

using namespace chassis;
using chassis::discovery::ServiceError;

// RFC 9110, section 7.6.1, and what the client of ours writes itself.
constexpr std::array hop_by_hop = {"connection",
                                   "keep-alive",
                                   "proxy-authenticate",
                                   "proxy-authorization",
                                   "te",
                                   "trailer",
                                   "transfer-encoding",
                                   "upgrade",
                                   "proxy-connection",
                                   "host",
                                   "content-length"};

// What services know each other by is not believed of a client. Our own client writes the deadline, which is the
// gateway's own, and the traceparent, which goes on with the client's trace when that is well-formed.
constexpr std::array ours = {"x-service-token",  "x-forwarded-for", "x-forwarded-proto",
                             "x-forwarded-host", "forwarded",       "x-request-deadline-ms",
                             "traceparent",      "tracestate",      "expect"};

bool is_one_of(std::string_view name, const auto& names) {
    for (const std::string_view one : names) {
        if (base::iequals(name, one)) return true;
    }
    return false;
}

// What a Connection field names is hop-by-hop, too.
bool is_named_by_connection(std::string_view name, std::optional<std::string_view> connection) {
    if (!connection) return false;
    for (const auto part : base::split(*connection, ',')) {
        if (base::iequals(base::trim(part), name)) return true;
    }
    return false;
}

http::Headers headers_to_pass_on(const Request& request) {
    http::Headers headers;
    const auto connection = request.headers.get("Connection");
    for (const auto& [name, value] : request.headers) {
        if (is_one_of(name, hop_by_hop) || is_one_of(name, ours) || is_named_by_connection(name, connection)) continue;
        headers.append(name, value);
    }
    headers.append("X-Forwarded-For", address_of(request.remote_address));
    if (const auto host = request.headers.get("Host")) headers.append("X-Forwarded-Host", *host);
    return headers;
}

Response reply_of(http::ClientResponse&& from) {
    Response response;
    response.status = from.status;
    const auto connection = from.headers.get("Connection");
    for (const auto& [name, value] : from.headers) {
        if (is_one_of(name, hop_by_hop) || is_named_by_connection(name, connection) || base::iequals(name, "date"))
            continue;
        response.headers.append(name, value);
    }
    response.body = std::move(from.body);
    return response;
}

// A method that is idempotent, and a POST whose key its service honours.
bool may_be_repeated(const Request& request, const Route& route) {
    return http::is_idempotent(request.method) ||
           (route.honours_keys && request.headers.get("Idempotency-Key").has_value());
}

HttpError no_reply(const ServiceError& error) {
    switch (error.kind) {
        case ServiceError::Kind::timeout:
            return HttpError{504, "The service took too long"}.log(error.what());
        case ServiceError::Kind::unavailable:
            return HttpError{503, "The service is not available"}.log(error.what()).header("Retry-After", "1");
        default:
            return HttpError{502, "The service did not answer properly"}.log(error.what());
    }
}

}  // namespace

Task<Response> forward(Request& request, const Door& door) {
    if (!is_plain(request.path)) throw HttpError{400, "This path is not accepted"};
    const auto match = find_route(request.path);
    if (!match || (match->route->audience == Audience::developers && !door.development)) {
        throw HttpError{404, "Not Found"};
    }

    co_await door.admission.admit(request, match->route->audience);

    Upstream& upstream = door.upstreams.of(match->route->service);
    const auto place = upstream.places.try_enter();
    if (!place) throw HttpError{503, "Too many requests are under way"}.header("Retry-After", "1");
    std::string target = match->path;
    if (!request.query.empty()) target.append("?").append(request.query);
    discovery::Call call(request.method, std::move(target), std::string(request.body));
    call.headers = headers_to_pass_on(request);
    call.idempotent = may_be_repeated(request, *match->route);
    try {
        auto reply = co_await upstream.client.forward(std::move(call));
        co_return reply_of(std::move(reply));
    } catch (const ServiceError& error) {
        throw no_reply(error);
    }
}

}  // namespace gateway
