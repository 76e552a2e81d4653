// The members of a plain struct, found while compiling: how many, their names, their types.
//
//     struct Product { int id; std::string name; };
//     static_assert(names<Product>()[1] == "name");
//     for_each_member(product, [](std::string_view name, auto& member) { ... });
//
// Boost.PFR ties the members. Their names come from the text of a function whose template argument points to
// the member of an object that is declared and never defined. What cannot be a model says so in its own static_assert.
#pragma once

#include <array>
#include <boost/pfr/detail/core.hpp>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace chassis::model {

namespace detail {

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

template <class T>
struct Holder {
    T value;
};
template <class T>
extern const Holder<T> pretend;
template <class P>
struct Address {
    P pointer;
};
template <auto>
struct Constant {};

template <auto A>
consteval std::string_view text_of() {
    return __PRETTY_FUNCTION__;
}
template <class T>
consteval std::string_view text_of_type() {
    return __PRETTY_FUNCTION__;
}

constexpr bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The last identifier before `end`.
consteval std::string_view last_name(std::string_view text, std::size_t end) {
    while (end > 0 && !is_name_character(text[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_name_character(text[begin - 1])) --begin;
    return text.substr(begin, end - begin);
}

// Converts to a base of T only, so it can start T's initialiser list only where T has one.
template <class T>
struct AnyBase {
    template <class U>
        requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>)
    constexpr operator U() const;
};
template <class T>
concept has_base = requires { T{AnyBase<T>{}}; };

// Stands for a value of every type, as an lvalue where it can be copied: a conversion to a value would fit too many
// constructors of a std::variant or std::optional. Never called; defined, since Clang 19 wants the body where a
// constexpr constructor would call it.
struct AnythingToCopy {
    template <class U>
    operator U&() const&& {
        std::unreachable();
    }
};
struct AnythingToMove {
    template <class U>
    operator U() const&& {
        std::unreachable();
    }
};
template <class T>
using Anything = std::conditional_t<std::is_copy_constructible_v<T>, AnythingToCopy, AnythingToMove>;

template <class T, class Values>
inline constexpr bool takes = false;
template <class T, std::size_t... I>
inline constexpr bool takes<T, std::index_sequence<I...>> = requires { T{(void(I), Anything<T>{})...}; };

// `Before` values, one braced pair, then `After` values initialise a T.
template <class T, class Before, class After>
inline constexpr bool takes_pair_at = false;
template <class T, std::size_t... Before, std::size_t... After>
inline constexpr bool takes_pair_at<T, std::index_sequence<Before...>, std::index_sequence<After...>> =
    requires { T{(void(Before), Anything<T>{})..., {Anything<T>{}, Anything<T>{}}, (void(After), Anything<T>{})...}; };

inline constexpr std::size_t most_initialisers = 256;

// The most values that T's initialiser list takes. Boost.PFR's own count asks for `decltype(sizeof(T{}))`, on which GCC
// 12 fails with an internal error when a member's initialiser holds a list of strings; too few values are no T either
// when a member is a reference.
template <class T, std::size_t N = 0, bool Fitted = false>
consteval std::size_t count_initialisers() {
    constexpr bool fits = takes<T, std::make_index_sequence<N>>;
    if constexpr ((Fitted && !fits) || N > most_initialisers) {
        return N - 1;
    } else {
        return count_initialisers<T, N + 1, fits>();
    }
}

// Initialisers flow into an array without braces, so each of its elements is counted. An array takes a braced pair like
// a nested struct, but then fewer values may follow than behind a nested struct.
template <class T, std::size_t Count, std::size_t I>
consteval bool array_begins_at() {
    if constexpr (takes_pair_at<T, std::make_index_sequence<I>, std::index_sequence<>>) {
        return !takes_pair_at<T, std::make_index_sequence<I>, std::make_index_sequence<Count - I - 1>>;
    } else {
        return false;
    }
}
template <class T>
consteval bool has_long_array() {
    constexpr std::size_t count = count_initialisers<T>();
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return (array_begins_at<T, count, I>() || ...);
    }(std::make_index_sequence<count>{});
}

template <class T>
constexpr auto tie(T& value) {
    constexpr std::size_t count = count_initialisers<std::remove_const_t<T>>();
    return boost::pfr::detail::tie_as_tuple(value, boost::pfr::detail::size_t_<count>{});
}
template <std::size_t I, class Tuple>
constexpr decltype(auto) get(Tuple&& tuple) {
    return boost::pfr::detail::sequence_tuple::get<I>(tuple);
}

// With `const T` an ordinary member is a `const M&`; a member that is itself a reference stays what it is.
template <class T, std::size_t I>
using ConstMember = decltype(get<I>(tie(std::declval<const T&>())));

template <class M>
inline constexpr bool is_reference_member = !std::is_const_v<std::remove_reference_t<M>>;
template <class M>
inline constexpr bool is_array_member = std::is_array_v<std::remove_reference_t<M>>;

template <class T>
consteval bool has_reference() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return (is_reference_member<ConstMember<T, I>> || ...);
    }(std::make_index_sequence<count_initialisers<T>()>{});
}
template <class T>
consteval bool has_short_array() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return (is_array_member<ConstMember<T, I>> || ...);
    }(std::make_index_sequence<count_initialisers<T>()>{});
}

// Through a const object a bit-field can be seen only as a copy, and a copy has no address that is a constant.
template <class T, std::size_t I>
concept has_address = requires { typename Constant<Address{&get<I>(tie(pretend<T>.value))}>; };
template <class T>
consteval bool has_bit_field() {
    return ![]<std::size_t... I>(std::index_sequence<I...>) {
        return (has_address<T, I> && ...);
    }(std::make_index_sequence<count_initialisers<T>()>{});
}

template <class T, std::size_t I>
consteval std::string_view name_of_member() {
    constexpr std::string_view text = text_of<Address{&get<I>(tie(pretend<T>.value))}>();
    // GCC goes on to say what std::string_view is.
    constexpr std::size_t semicolon = text.find("; std::");
    return last_name(text, semicolon == text.npos ? text.size() : semicolon);
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// Each shape has a message of its own; only the first that applies is said.
template <class T>
consteval bool check_shape() {
    if constexpr (!std::is_class_v<T> || !std::is_aggregate_v<T>) {
        static_assert(std::is_class_v<T> && std::is_aggregate_v<T>,
                      "a model is a plain struct: it has no private members, no constructors and no virtual functions");
        return false;
    } else if constexpr (has_base<T>) {
        static_assert(!has_base<T>, "a model has no base class: make what it would inherit a member");
        return false;
    } else if constexpr (has_long_array<T>()) {
        static_assert(!has_long_array<T>(), "a model has no C array: use std::array or std::vector");
        return false;
    } else if constexpr (count_initialisers<T>() > 100) {
        static_assert(count_initialisers<T>() <= 100,
                      "a model has at most 100 members: group them into nested structs");
        return false;
    } else if constexpr (has_short_array<T>()) {
        static_assert(!has_short_array<T>(), "a model has no C array: use std::array or std::vector");
        return false;
    } else if constexpr (has_reference<T>()) {
        static_assert(!has_reference<T>(), "a model has no reference member: a model owns its values");
        return false;
    } else if constexpr (has_bit_field<T>()) {
        static_assert(!has_bit_field<T>(), "a model has no bit-field: use a whole integer or a bool");
        return false;
    } else {
        static_assert(std::is_default_constructible_v<T>, "every member of a model can be default-constructed");
        return std::is_default_constructible_v<T>;
    }
}
template <class T>
inline constexpr bool is_sound = check_shape<T>();

template <class T>
consteval std::size_t count_members() {
    if constexpr (is_sound<T>) {
        return count_initialisers<T>();
    } else {
        return 0;
    }
}

}  // namespace detail

/// How many members T has.
template <class T>
inline constexpr std::size_t member_count = detail::count_members<std::remove_cv_t<T>>();

/// The I-th member.
template <std::size_t I, class T>
constexpr auto& member(T& value) {
    return detail::get<I>(detail::tie(value));
}

template <class T, std::size_t I>
using MemberType = std::remove_cvref_t<detail::ConstMember<T, I>>;

namespace detail {
template <class T, std::size_t I>
inline constexpr std::string_view member_name = name_of_member<T, I>();
}

/// The members' names in the order in which they are written down.
template <class T>
constexpr std::array<std::string_view, member_count<T>> names() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<std::string_view, sizeof...(I)>{detail::member_name<T, I>...};
    }(std::make_index_sequence<member_count<T>>{});
}

/// Calls `f(name, member)` for each, in order.
template <class T, class F>
constexpr void for_each_member(T& value, F&& f) {
    using Plain = std::remove_const_t<T>;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        if constexpr (sizeof...(I) > 0) {
            auto members = detail::tie(value);
            (f(detail::member_name<Plain, I>, detail::get<I>(members)), ...);
        }
    }(std::make_index_sequence<member_count<Plain>>{});
}

/// A type's own name without its namespaces: "Product" for contracts::Product.
template <class T>
constexpr std::string_view type_name() {
    constexpr std::string_view text = detail::text_of_type<T>();
    constexpr std::size_t begin = text.find("T = ") + 4;
    constexpr std::size_t end = text.find_first_of(";]", begin);
    constexpr std::string_view full = text.substr(begin, end - begin);
    constexpr std::size_t colon = full.substr(0, full.find('<')).rfind(':');
    return colon == full.npos ? full : full.substr(colon + 1);
}

/// The same with its namespaces, as the compiler writes it.
template <class T>
constexpr std::string_view full_type_name() {
    constexpr std::string_view text = detail::text_of_type<T>();
    constexpr std::size_t begin = text.find("T = ") + 4;
    return text.substr(begin, text.find_first_of(";]", begin) - begin);
}

}  // namespace chassis::model
