// The text of a route, checked against its handler while the program compiles.
//
//     app.get("/products/{product_id}", get_product);
//
// A mistake does not compile, and the compiler names the rule: the functions below are not constexpr on purpose.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "chassis/app/signature.hpp"
#include "chassis/base/id.hpp"
#include "chassis/base/uuid.hpp"
#include "chassis/model/reflection.hpp"

namespace chassis::app {

template <class Model>
struct Path;

namespace detail {

inline void a_route_starts_with_a_slash() {}
inline void a_placeholder_in_the_route_text_is_not_closed() {}
inline void a_placeholder_is_a_whole_segment_of_the_route_text() {}
inline void a_placeholder_is_named_by_letters_digits_and_underscores() {}
inline void a_placeholder_name_stands_twice_in_the_route_text() {}
inline void a_route_text_has_no_empty_segment_query_or_fragment() {}
inline void a_route_text_has_at_most_8_placeholders() {}
inline void the_route_text_has_MORE_placeholders_than_the_handler_has_path_parameters() {}
inline void the_route_text_has_FEWER_placeholders_than_the_handler_has_path_parameters() {}
inline void the_placeholders_of_the_route_text_are_not_the_members_of_the_Path_model() {}
inline void the_prefix_of_a_router_has_no_placeholders_and_no_slash_at_its_end() {}

template <class T>
inline constexpr bool is_id = false;
template <class Tag, class Rep>
inline constexpr bool is_id<base::Id<Tag, Rep>> = true;

// What is read from one placeholder of the path.
template <class T>
concept PathScalar = (std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>) || std::is_enum_v<T> ||
                     std::same_as<T, std::string> || std::same_as<T, base::Uuid> || is_id<T>;

template <class T>
inline constexpr bool is_path_model = false;
template <class Model>
inline constexpr bool is_path_model<Path<Model>> = true;

constexpr std::size_t max_placeholders = 8;

struct Placeholders {
    std::array<std::string_view, max_placeholders> names{};
    std::size_t count = 0;

    constexpr bool has(std::string_view name) const {
        for (std::size_t i = 0; i < count; ++i) {
            if (names[i] == name) return true;
        }
        return false;
    }
};

constexpr bool is_name(std::string_view text) {
    for (char c : text) {
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return !text.empty() && !(text[0] >= '0' && text[0] <= '9');
}

constexpr Placeholders parse_route_text(std::string_view text) {
    Placeholders found;
    if (text.empty() || text[0] != '/') a_route_starts_with_a_slash();
    if (text.find("//") != text.npos || text.find_first_of("?# ") != text.npos) {
        a_route_text_has_no_empty_segment_query_or_fragment();
    }
    for (std::size_t at = text.find_first_of("{}"); at != text.npos; at = text.find_first_of("{}", at)) {
        const std::size_t end = text.find('}', at);
        if (text[at] != '{' || end == text.npos) a_placeholder_in_the_route_text_is_not_closed();
        if (text[at - 1] != '/' || (end + 1 < text.size() && text[end + 1] != '/')) {
            a_placeholder_is_a_whole_segment_of_the_route_text();
        }
        const std::string_view name = text.substr(at + 1, end - at - 1);
        if (!is_name(name)) a_placeholder_is_named_by_letters_digits_and_underscores();
        if (found.has(name)) a_placeholder_name_stands_twice_in_the_route_text();
        if (found.count == max_placeholders) a_route_text_has_at_most_8_placeholders();
        found.names[found.count++] = name;
        at = end + 1;
    }
    return found;
}

template <class T, class... A>
inline constexpr int times_in = (0 + ... + (std::same_as<T, A> ? 1 : 0));

template <class Parameters>
struct PathParameters;
template <class... A>
struct PathParameters<std::tuple<A...>> {
    static constexpr std::size_t scalars = (std::size_t{0} + ... + (PathScalar<A> ? 1 : 0));
    static constexpr std::size_t models = (std::size_t{0} + ... + (is_path_model<A> ? 1 : 0));
    static constexpr bool distinct = (true && ... && (!PathScalar<A> || times_in<A, A...> == 1));
};

template <class Model>
consteval bool are_members(const Placeholders& placeholders) {
    const auto members = model::names<Model>();
    if (members.size() != placeholders.count) return false;
    for (auto member : members) {
        if (!placeholders.has(member)) return false;
    }
    return true;
}

template <class T>
consteval bool fits_path_model(const Placeholders& placeholders) {
    if constexpr (is_path_model<T>) {
        return are_members<typename T::Model>(placeholders);
    } else {
        return true;
    }
}

}  // namespace detail

/// The text of a route whose handler is an F. Made from a string literal only.
template <class F>
class RouteText {
    static_assert(detail::check_callable<F>());
    using Parameters = typename detail::Signature<F>::Parameters;
    using OfPath = detail::PathParameters<Parameters>;
    static_assert(OfPath::distinct,
                  "two path parameters of the same type could be swapped by mistake: give each a type of its own, "
                  "Id<struct CartTag>, or take them by name with Path<Model>");
    static_assert(OfPath::models == 0 || (OfPath::models == 1 && OfPath::scalars == 0),
                  "the placeholders are taken either by Path<Model> or one by one, not both");

  public:
    template <std::size_t N>
    consteval RouteText(const char (&text)[N]) : text_(text, N - 1) {
        const detail::Placeholders placeholders = detail::parse_route_text(text_);
        if constexpr (OfPath::models == 1) {
            if (!all_fit(placeholders, static_cast<Parameters*>(nullptr))) {
                detail::the_placeholders_of_the_route_text_are_not_the_members_of_the_Path_model();
            }
        } else {
            if (placeholders.count > OfPath::scalars) {
                detail::the_route_text_has_MORE_placeholders_than_the_handler_has_path_parameters();
            }
            if (placeholders.count < OfPath::scalars) {
                detail::the_route_text_has_FEWER_placeholders_than_the_handler_has_path_parameters();
            }
        }
    }

    constexpr std::string_view text() const { return text_; }

  private:
    template <class... A>
    static consteval bool all_fit(const detail::Placeholders& placeholders, std::tuple<A...>*) {
        return (true && ... && detail::fits_path_model<A>(placeholders));
    }

    std::string_view text_;
};

/// The prefix of a router, such as "/v1"; empty for none.
class Prefix {
  public:
    template <std::size_t N>
    consteval Prefix(const char (&text)[N]) : text_(text, N - 1) {
        if (text_.empty()) return;
        const detail::Placeholders placeholders = detail::parse_route_text(text_);
        if (placeholders.count > 0 || text_.ends_with('/')) {
            detail::the_prefix_of_a_router_has_no_placeholders_and_no_slash_at_its_end();
        }
    }

    constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

}  // namespace chassis::app
