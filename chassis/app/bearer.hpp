// The token of `Authorization: Bearer <token>` (RFC 6750), for the provider that says who the caller is.
//
//     Task<CurrentUser> authenticate(Headers<Bearer> header) {
//         Claims claims = verify(header->token);
//         co_return CurrentUser{claims.sub};
//     }
//     app.provide(authenticate);
//
// Without one the reply is 401 {"detail": "Not authenticated"} with WWW-Authenticate: Bearer, and the handler is not
// called. The operations that need it carry the security scheme and 401 in their description.
#pragma once

#include <string>

#include "chassis/app/argument.hpp"

namespace chassis::app {

struct Bearer {
    std::string token;
};

template <>
struct Argument<Headers<Bearer>> {
    static Headers<Bearer> read(Call& call);
    static void describe(Description& description);
};

}  // namespace chassis::app

namespace chassis {
using app::Bearer;
}
