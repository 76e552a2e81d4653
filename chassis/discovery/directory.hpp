// Where the endpoints of a service are.
//
//     StaticDirectory directory("product=127.0.0.1:4001,cart=127.0.0.1:4002");
//     for (const Endpoint& endpoint : directory.endpoints("product")) connect(endpoint.url());
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace chassis::discovery {

struct Endpoint {
    /// A name or an address, an IPv6 one without brackets.
    std::string host;
    std::uint16_t port = 0;

    /// "http://host:port", without a slash at the end.
    [[nodiscard]] std::string url() const;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

class Directory {
  public:
    virtual ~Directory() = default;
    /// Those that are believed to be up; empty when the service is not known. From any thread, without waiting.
    [[nodiscard]] virtual std::vector<Endpoint> endpoints(std::string_view service) const = 0;
};

/// A list that does not change.
class StaticDirectory final : public Directory {
  public:
    /// "name=host:port,..."; a name that is there again has one more endpoint. Throws std::invalid_argument with the
    /// part that cannot be read.
    explicit StaticDirectory(std::string_view text);
    /// The list in NEIGHBORHOOD_SERVICES; an empty one when it is not set.
    [[nodiscard]] static StaticDirectory from_environment();

    [[nodiscard]] std::vector<Endpoint> endpoints(std::string_view service) const override;

  private:
    std::map<std::string, std::vector<Endpoint>, std::less<>> services_;
};

}  // namespace chassis::discovery

namespace chassis {
using discovery::Directory;
using discovery::StaticDirectory;
}  // namespace chassis
