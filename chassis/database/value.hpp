// One argument of a statement. Whatever to_value() takes can stand behind `$n`.
//
//     tx.run("INSERT INTO products (id, name, created_at) VALUES ($1, $2, $3)", id, name, clock.now());
//     db.all<Row>("SELECT * FROM products WHERE id IN ($1)", in(ids));
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "chassis/base/clock.hpp"
#include "chassis/base/id.hpp"
#include "chassis/base/money.hpp"
#include "chassis/base/uuid.hpp"
#include "chassis/database/errors.hpp"
#include "chassis/model/enums.hpp"

namespace chassis::database {

/// A list behind one placeholder, kept as a JSON array of integers or of strings.
struct List {
    std::string json = "[";
    void add(std::int64_t number);
    void add(std::string_view text);
    void close() { json += ']'; }
};

using Value = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string_view, std::string, List>;

namespace detail {
template <class T>
inline constexpr bool is_id = false;
template <class Tag, class Rep>
inline constexpr bool is_id<base::Id<Tag, Rep>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool always_false = false;
}  // namespace detail

/// Integers, bool, double, text, Uuid, Currency and enums (as TEXT), Id, Time (microseconds UTC), optionals, nullptr,
/// in(list).
template <class T>
Value to_value(const T& argument) {
    if constexpr (std::same_as<T, std::nullptr_t> || std::same_as<T, bool> || std::same_as<T, double> ||
                  std::same_as<T, List>) {
        return argument;
    } else if constexpr (std::same_as<T, float>) {
        return static_cast<double>(argument);
    } else if constexpr (std::integral<T>) {
        if constexpr (std::unsigned_integral<T> && sizeof(T) == 8) {
            if (argument > static_cast<T>(std::numeric_limits<std::int64_t>::max())) {
                throw DatabaseError("argument " + std::to_string(argument) + " does not fit a BIGINT");
            }
        }
        return static_cast<std::int64_t>(argument);
    } else if constexpr (std::is_enum_v<T>) {
        return model::enum_name(argument);
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return std::string_view(argument);
    } else if constexpr (std::same_as<T, base::Uuid>) {
        return base::to_string(argument);
    } else if constexpr (std::same_as<T, base::Currency>) {
        return std::string(argument.code());
    } else if constexpr (std::same_as<T, base::Time>) {
        return static_cast<std::int64_t>(argument.time_since_epoch().count());
    } else if constexpr (detail::is_id<T>) {
        return to_value(argument.value);
    } else if constexpr (detail::is_optional<T>) {
        return argument ? to_value(*argument) : Value{nullptr};
    } else {
        static_assert(!std::same_as<T, base::Money>, "Money is two columns: pass its amount and its currency");
        static_assert(detail::always_false<T>, "this type cannot be an argument of a statement");
    }
}

/// The elements of `range` (integers, Ids, text, Uuids or enums) for `column IN ($1)`; an empty range matches nothing.
template <std::ranges::input_range Range>
List in(const Range& range) {
    List list;
    for (const auto& element : range) {
        Value value = to_value(element);
        if (auto* number = std::get_if<std::int64_t>(&value)) {
            list.add(*number);
        } else if (auto* view = std::get_if<std::string_view>(&value)) {
            list.add(*view);
        } else if (auto* text = std::get_if<std::string>(&value)) {
            list.add(std::string_view(*text));
        } else {
            throw DatabaseError("in() takes integers and text only");
        }
    }
    list.close();
    return list;
}

}  // namespace chassis::database

namespace chassis {
using database::in;
}
