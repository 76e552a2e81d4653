#include "services/gateway/routes.hpp"

#include <array>

#include "chassis/base/text.hpp"

namespace gateway {

namespace {

constexpr auto table = std::to_array<Route>({
    {"/products", "product", "/v1/products", Audience::everyone},
    {"/v1/products", "product", "/v1/products", Audience::everyone},
    {"/cart", "cart", "/v1/cart", Audience::customers},
    {"/v1/cart", "cart", "/v1/cart", Audience::customers},
    {"/orders", "order", "/v1/orders", Audience::customers, true},
    {"/v1/orders", "order", "/v1/orders", Audience::customers, true},
    {"/auth/register", "auth", "/v1/register", Audience::strangers},
    {"/auth/token", "auth", "/oauth/token", Audience::strangers},
    {"/auth/me", "auth", "/v1/me", Audience::customers},
    {"/v1/register", "auth", "/v1/register", Audience::strangers},
    {"/oauth/token", "auth", "/oauth/token", Audience::strangers},
    {"/v1/me", "auth", "/v1/me", Audience::customers},
    {"/.well-known/jwks.json", "auth", "/.well-known/jwks.json", Audience::everyone},
    {"/openapi/auth.json", "auth", "/openapi.json", Audience::everyone},
    {"/openapi/cart.json", "cart", "/openapi.json", Audience::everyone},
    {"/openapi/order.json", "order", "/openapi.json", Audience::everyone},
    {"/openapi/product.json", "product", "/openapi.json", Audience::everyone},
    {"/openapi/notification.json", "notification", "/openapi.json", Audience::developers},
    {"/mailbox", "notification", "/mailbox", Audience::developers},
    {"/v1/mailbox", "notification", "/v1/mailbox", Audience::developers},
});

bool has_prefix(std::string_view path, std::string_view prefix) {
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace

std::span<const Route> routes() { return table; }

std::optional<Match> find_route(std::string_view path) {
    const Route* best = nullptr;
    for (const auto& route : table) {
        if (has_prefix(path, route.prefix) && (best == nullptr || route.prefix.size() > best->prefix.size()))
            best = &route;
    }
    if (best == nullptr) return std::nullopt;
    return Match{best, std::string(best->target) + std::string(path.substr(best->prefix.size()))};
}

bool is_plain(std::string_view path) {
    if (!path.starts_with('/')) return false;
    if (path == "/") return true;
    for (const auto segment : chassis::base::split(path.substr(1), '/')) {
        const auto decoded = chassis::base::percent_decode(segment);
        if (!decoded || decoded->empty() || *decoded == "." || *decoded == "..") return false;
        for (const unsigned char c : *decoded) {
            if (c == '/' || c == '\\' || c < 0x20 || c == 0x7f) return false;
        }
    }
    return true;
}

}  // namespace gateway
