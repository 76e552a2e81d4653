// An id of its own type, so that a customer's id is never taken for a product's.
//
//     using ProductId = Id<struct ProductTag>;              // an int64
//     using OrderId = Id<struct OrderTag, Uuid>;
//     auto id = ProductId{1};
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace chassis::base {

/// Its text and JSON are those of `Rep`: an integer, a Uuid or a std::string.
template <class Tag, class Rep = std::int64_t>
struct Id {
    using Representation = Rep;

    Rep value{};

    friend auto operator<=>(const Id&, const Id&) = default;
};

template <class Tag, class Rep>
[[nodiscard]] std::string to_string(const Id<Tag, Rep>& id) {
    if constexpr (requires { std::string(id.value); }) {
        return id.value;
    } else {
        using std::to_string;
        return to_string(id.value);
    }
}

}  // namespace chassis::base

template <class Tag, class Rep>
struct std::hash<chassis::base::Id<Tag, Rep>> {
    std::size_t operator()(const chassis::base::Id<Tag, Rep>& id) const noexcept { return std::hash<Rep>{}(id.value); }
};

namespace chassis {
using base::Id;
}
