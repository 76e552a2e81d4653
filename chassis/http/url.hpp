// The parts of a URL that a client needs: "http://host:port/path?query".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chassis::http {

struct Url {
    // Without the brackets of an IPv6 address.
    std::string host;
    std::uint16_t port = 80;
    // As in the Host field: the port is left out when it is the scheme's.
    std::string authority;
    // Path and query; at least "/".
    std::string target;

    // Nothing when the scheme is not http, when there are user data, a space or a control character in it, or a port
    // out of range. A fragment is left out.
    static std::optional<Url> parse(std::string_view text);
};

}  // namespace chassis::http
