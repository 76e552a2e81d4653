// What is reached through the door, and where it leads. What is not in this table is not reachable from outside.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gateway {

enum class Audience {
    everyone,
    customers,   // a valid token is needed
    strangers,   // who says here who they are: counted to the address, whatever token comes along
    developers,  // only when settings say so
};

struct Route {
    std::string_view prefix;   // whole segments: "/cart" takes "/cart" and "/cart/items/1", not "/cartoons"
    std::string_view service;  // its name in the directory
    std::string_view target;   // what takes the place of the prefix
    Audience audience;
    bool honours_keys = false;  // a POST that is repeated with its Idempotency-Key is done once
};

struct Match {
    const Route* route;
    std::string path;  // at the service
};

std::span<const Route> routes();

// The route of the longest prefix that fits. Nothing when there is none.
std::optional<Match> find_route(std::string_view path);

// Whether a path means the same to everyone who reads it: no empty, "." or ".." segment, nothing encoded that would be
// one or would end a segment, no backslash. Others are refused, since a service might read them otherwise than the
// gateway.
bool is_plain(std::string_view path);

}  // namespace gateway
