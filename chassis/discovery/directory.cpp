#include "chassis/discovery/directory.hpp"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "chassis/base/text.hpp"

namespace chassis::discovery {
namespace {

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != host.npos) {
        return std::nullopt;
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (host.empty() || error != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
    return Endpoint{std::string(host), port};
}

}  // namespace

std::string Endpoint::url() const {
    const bool is_ipv6 = host.find(':') != host.npos;
    return "http://" + (is_ipv6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

StaticDirectory::StaticDirectory(std::string_view text) {
    if (base::trim(text).empty()) return;
    for (const std::string_view untrimmed : base::split(text, ',')) {
        const std::string_view part = base::trim(untrimmed);
        const auto equals = part.find('=');
        const auto endpoint =
            equals == 0 || equals == part.npos ? std::nullopt : parse_endpoint(part.substr(equals + 1));
        if (!endpoint) {
            throw std::invalid_argument("not of the form service=host:port: \"" + std::string(part) + '"');
        }
        services_[std::string(part.substr(0, equals))].push_back(*endpoint);
    }
}

StaticDirectory StaticDirectory::from_environment() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets variables
    const char* text = std::getenv("NEIGHBORHOOD_SERVICES");
    try {
        return StaticDirectory(text ? text : "");
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(std::string("NEIGHBORHOOD_SERVICES: ") + error.what());
    }
}

std::vector<Endpoint> StaticDirectory::endpoints(std::string_view service) const {
    const auto found = services_.find(service);
    return found == services_.end() ? std::vector<Endpoint>{} : found->second;
}

}  // namespace chassis::discovery
