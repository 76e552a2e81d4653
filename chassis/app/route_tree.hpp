// Finds the endpoint for a path and a method: a tree of path segments, built at start and only read after that.
//
// A literal segment goes before a placeholder; when that way ends without a route, the other is tried.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/app/endpoint.hpp"

namespace chassis::app {

class RouteTree {
  public:
    struct Match {
        const Endpoint* endpoint = nullptr;
        PathValues path;
        // A bit for each method that the path has; looked at when no endpoint was found.
        std::uint8_t methods = 0;
    };

    /// The endpoint that stands there already, or null when this one now does.
    const Endpoint* add(http::Method method, std::string_view text, const Endpoint& endpoint);
    /// HEAD is answered by GET's endpoint.
    Match find(http::Method method, std::string_view path) const;

    /// "GET, HEAD, PUT", for Allow.
    static std::string method_list(std::uint8_t methods);

  private:
    static constexpr std::size_t method_count = 7;

    struct Node {
        std::string literal;
        std::vector<std::unique_ptr<Node>> literals;
        std::unique_ptr<Node> placeholder;
        std::array<const Endpoint*, method_count> endpoints{};
        std::uint8_t methods = 0;
    };

    static bool search(const Node& node, std::string_view rest, http::Method method, Match& match);
    static bool take(const Node& node, http::Method method, Match& match);

    Node root_;
};

}  // namespace chassis::app
