#include "chassis/app/route_tree.hpp"

#include "chassis/base/text.hpp"

namespace chassis::app {
namespace {

constexpr std::uint8_t bit(http::Method method) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(method));
}

// `rest` begins with a slash; cuts off its first segment.
std::string_view cut_segment(std::string_view& rest) {
    const std::size_t end = rest.find('/', 1);
    const std::string_view segment = rest.substr(1, end == rest.npos ? rest.npos : end - 1);
    rest = end == rest.npos ? std::string_view{} : rest.substr(end);
    return segment;
}

bool is_literal(std::string_view segment, std::string_view literal) {
    if (segment == literal) return true;
    return segment.find('%') != segment.npos && base::percent_decode(segment) == literal;
}

}  // namespace

const Endpoint* RouteTree::add(http::Method method, std::string_view text, const Endpoint& endpoint) {
    Node* node = &root_;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view segment = cut_segment(rest);
        if (segment.starts_with('{')) {
            if (!node->placeholder) node->placeholder = std::make_unique<Node>();
            node = node->placeholder.get();
            continue;
        }
        Node* next = nullptr;
        for (auto& known : node->literals) {
            if (known->literal == segment) next = known.get();
        }
        if (next == nullptr) {
            next = node->literals.emplace_back(std::make_unique<Node>()).get();
            next->literal = segment;
        }
        node = next;
    }
    auto& place = node->endpoints[static_cast<std::size_t>(method)];
    if (place != nullptr) return place;
    place = &endpoint;
    node->methods |= bit(method);
    if (method == http::Method::get) node->methods |= bit(http::Method::head);
    return nullptr;
}

RouteTree::Match RouteTree::find(http::Method method, std::string_view path) const {
    Match match;
    if (path.starts_with('/')) search(root_, path, method, match);
    return match;
}

bool RouteTree::search(const Node& node, std::string_view rest, http::Method method, Match& match) {
    if (rest.empty()) return take(node, method, match);
    const std::string_view segment = cut_segment(rest);
    for (auto& known : node.literals) {
        if (is_literal(segment, known->literal)) {
            if (search(*known, rest, method, match)) return true;
            break;
        }
    }
    if (!node.placeholder || segment.empty() || match.path.count == detail::max_placeholders) return false;
    match.path.values[match.path.count++] = segment;
    if (search(*node.placeholder, rest, method, match)) return true;
    --match.path.count;
    return false;
}

bool RouteTree::take(const Node& node, http::Method method, Match& match) {
    match.methods |= node.methods;
    match.endpoint = node.endpoints[static_cast<std::size_t>(method)];
    if (match.endpoint == nullptr && method == http::Method::head) {
        match.endpoint = node.endpoints[static_cast<std::size_t>(http::Method::get)];
    }
    return match.endpoint != nullptr;
}

std::string RouteTree::method_list(std::uint8_t methods) {
    std::string list;
    for (std::size_t i = 0; i < method_count; ++i) {
        if ((methods >> i & 1) == 0) continue;
        if (!list.empty()) list += ", ";
        list += to_string(static_cast<http::Method>(i));
    }
    return list;
}

}  // namespace chassis::app
