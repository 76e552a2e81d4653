#include "chassis/app/bearer.hpp"

#include "chassis/base/text.hpp"

namespace chassis::app {

Headers<Bearer> Argument<Headers<Bearer>>::read(Call& call) {
    const std::string_view header = call.request.headers.get("Authorization").value_or("");
    const std::size_t space = header.find(' ');
    const bool bearer = space != header.npos && base::iequals(header.substr(0, space), "Bearer");
    const std::string_view token = bearer ? base::trim(header.substr(space)) : std::string_view{};
    if (token.empty()) throw http::HttpError{401, "Not authenticated"}.header("WWW-Authenticate", "Bearer");
    return {{Bearer{std::string(token)}}};
}

void Argument<Headers<Bearer>>::describe(Description& description) {
    description.security("HTTPBearer", R"({"type":"http","scheme":"bearer"})");
    description.error(401);
    description.header(401, "WWW-Authenticate", "How to authenticate");
}

}  // namespace chassis::app
