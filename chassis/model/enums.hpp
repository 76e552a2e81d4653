// Enums as their names: in JSON, in paths, in database columns.
//
//     enum class State { pending, paid };
//     enum_name(State::paid);                               // "paid"
//     enum_value<State>("paid");                            // std::optional<State>
//
// The names are found while compiling for values from 0 to 127. For others, or for other names, say them:
//
//     template <> struct chassis::model::EnumNames<Level> {
//         static constexpr std::array values{std::pair{Level::high, std::string_view("HIGH")}, ...};
//     };
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "chassis/model/errors.hpp"
#include "chassis/model/reflection.hpp"

namespace chassis::model {

template <class E>
struct EnumNames {};

namespace detail {

template <auto... Values>
consteval std::string_view text_of_values() {
    return __PRETTY_FUNCTION__;
}

inline constexpr std::size_t enum_values_tried = 128;

// One text holds all tried values, such as "{State::pending, State::paid, (State)2, ...}"; a value without a name is
// written as a number behind a cast.
template <class E>
consteval void try_values(auto use) {
    constexpr std::string_view text = []<std::size_t... I>(std::index_sequence<I...>) {
        return text_of_values<static_cast<E>(I)...>();
    }(std::make_index_sequence<enum_values_tried>{});
    std::size_t at = text.find("Values = ") + 10;
    for (std::size_t value = 0; value < enum_values_tried; ++value) {
        // A namespace without a name is written in brackets of its own.
        std::size_t end = at;
        for (int depth = 0; depth > 0 || (text[end] != ',' && text[end] != '}' && text[end] != '>'); ++end) {
            if (text[end] == '(' || text[end] == '{' || text[end] == '<') ++depth;
            if (text[end] == ')' || text[end] == '}' || text[end] == '>') --depth;
        }
        const std::string_view name = last_name(text, end);
        if (!(name.front() >= '0' && name.front() <= '9')) use(static_cast<E>(value), name);
        at = end + 2;
    }
}

template <class E>
consteval std::size_t count_names() {
    std::size_t count = 0;
    try_values<E>([&](E, std::string_view) { ++count; });
    return count;
}

template <class E>
consteval auto find_names() {
    if constexpr (requires { EnumNames<E>::values; }) {
        return EnumNames<E>::values;
    } else {
        static_assert(
            !std::is_convertible_v<E, std::underlying_type_t<E>>,
            "an enum of a model is an `enum class`: the values of a plain enum are not known while compiling");
        std::array<std::pair<E, std::string_view>, count_names<E>()> found{};
        std::size_t next = 0;
        try_values<E>([&](E value, std::string_view name) { found[next++] = {value, name}; });
        return found;
    }
}

}  // namespace detail

/// Each value with its name, in ascending order of the values.
template <class E>
    requires std::is_enum_v<E>
inline constexpr auto enum_entries = detail::find_names<E>();

/// Throws ModelError for a value that has no name.
template <class E>
    requires std::is_enum_v<E>
constexpr std::string_view enum_name(E value) {
    const auto number = static_cast<std::size_t>(value);
    // Values that count up from 0 stand at their own place.
    if (number < enum_entries<E>.size() && enum_entries<E>[number].first == value)
        return enum_entries<E>[number].second;
    for (const auto& [known, name] : enum_entries<E>) {
        if (known == value) return name;
    }
    throw ModelError("the value " + std::to_string(static_cast<std::underlying_type_t<E>>(value)) + " of the enum " +
                     std::string(type_name<E>()) + " has no name");
}

template <class E>
    requires std::is_enum_v<E>
constexpr std::optional<E> enum_value(std::string_view name) {
    for (const auto& [value, known] : enum_entries<E>) {
        if (known == name) return value;
    }
    return std::nullopt;
}

/// All names, in the order of enum_entries.
template <class E>
    requires std::is_enum_v<E>
constexpr auto enum_names() {
    std::array<std::string_view, enum_entries<E>.size()> names{};
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = enum_entries<E>[i].second;
    return names;
}

}  // namespace chassis::model
