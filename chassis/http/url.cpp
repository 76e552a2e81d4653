#include "chassis/http/url.hpp"

#include <algorithm>
#include <charconv>

namespace chassis::http {

std::optional<Url> Url::parse(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    bool plain = std::ranges::all_of(text, [](char c) {
        auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f;
    });
    if (!plain || !text.starts_with(scheme)) return std::nullopt;
    text.remove_prefix(scheme.size());
    text = text.substr(0, text.find('#'));

    auto authority = text.substr(0, text.find_first_of("/?"));
    Url url;
    url.target = text.substr(authority.size());
    if (!url.target.starts_with('/')) url.target.insert(url.target.begin(), '/');

    std::string_view host = authority;
    std::string_view port;
    if (authority.starts_with('[')) {
        auto end = authority.find(']');
        if (end == authority.npos) return std::nullopt;
        host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
    } else if (auto colon = authority.find(':'); colon != authority.npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon);
    }
    if (host.empty() || authority.find('@') != authority.npos) return std::nullopt;
    url.host = host;
    if (!port.empty()) {
        unsigned number = 0;
        auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), number);
        if (port[0] != ':' || error != std::errc() || end != port.data() + port.size()) return std::nullopt;
        if (number == 0 || number > 65535) return std::nullopt;
        url.port = static_cast<std::uint16_t>(number);
    }
    url.authority = authority;
    if (url.port == 80 && !port.empty()) url.authority.resize(authority.size() - port.size());
    return url;
}

}  // namespace chassis::http
