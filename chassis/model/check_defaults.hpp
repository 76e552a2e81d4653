// Finds the initialiser that nobody spoke of: `int stock = 5;` without `.has_default()` looks like a default and is
// none.
//
//     check_defaults<NewProduct>();   // throws: "NewProduct::stock has an initialiser but no has_default() ..."
//
// App calls it for every model as it starts: whether a member has an initialiser cannot be seen while compiling, only
// that a new object does not begin with zero there.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "chassis/model/codec.hpp"

namespace chassis::model {

namespace detail {

[[noreturn]] void refuse_initialiser(std::string_view model, std::string_view member);

template <class T>
concept IsModel = requires { requires std::is_class_v<T> && std::is_aggregate_v<T>; } && !HasSize<T> &&
                  !std::same_as<T, base::Uuid> && !std::same_as<T, RawJson> && !requires(T id) {
                      typename T::Representation;
                      id.value;
                  };

template <class T>
inline constexpr bool is_variant = false;
template <class... A>
inline constexpr bool is_variant<std::variant<A...>> = true;

// Whether a member begins as a new object of its type does.
template <class M>
bool begins_empty(const M& value) {
    if constexpr (is_optional<M>) {
        return !value.has_value();
    } else if constexpr (is_variant<M>) {
        return value.index() == 0 && begins_empty(std::get<0>(value));
    } else if constexpr (requires {
                             std::tuple_size<M>::value;
                             value.data();
                         }) {
        for (const auto& element : value) {
            if (!begins_empty(element)) return false;
        }
        return true;
    } else if constexpr (requires {
                             { value.empty() } -> std::same_as<bool>;
                         }) {
        return value.empty();
    } else if constexpr (IsModel<M>) {
        // A nested struct's own initialisers are its own affair; what counts is that this one changes none of them.
        bool same = true;
        const M fresh{};
        std::string mine;
        std::string theirs;
        Codec<M>::write(mine, value);
        Codec<M>::write(theirs, fresh);
        same = mine == theirs;
        return same;
    } else if constexpr (std::equality_comparable<M>) {
        return value == M{};
    } else {
        return true;
    }
}

template <class T>
void check_defaults_in(std::vector<const void*>& seen);

// Looks into whatever holds models.
template <class M>
void check_defaults_below(std::vector<const void*>& seen) {
    if constexpr (is_optional<M>) {
        check_defaults_below<typename M::value_type>(seen);
    } else if constexpr (IsMap<M>) {
        check_defaults_below<typename M::mapped_type>(seen);
    } else if constexpr (is_variant<M>) {
        [&]<class... A>(std::type_identity<std::variant<A...>>) {
            (check_defaults_below<A>(seen), ...);
        }(std::type_identity<M>{});
    } else if constexpr (HasSize<M> && requires { typename M::value_type; }) {
        if constexpr (!std::same_as<M, std::string>) check_defaults_below<typename M::value_type>(seen);
    } else if constexpr (IsModel<M>) {
        check_defaults_in<M>(seen);
    }
}

template <class T>
void check_defaults_in(std::vector<const void*>& seen) {
    for (const void* known : seen) {
        if (known == &type_key<T>) return;
    }
    seen.push_back(&type_key<T>);
    const T probe{};
    const ModelInfo& info = info_of<T>();
    std::size_t index = 0;
    for_each_member(probe, [&]<class M>(std::string_view name, const M& value) {
        if (!info.members[index++].rules.has_default && !begins_empty(value)) refuse_initialiser(info.name, name);
        check_defaults_below<M>(seen);
    });
}

}  // namespace detail

/// Throws ModelError, naming struct and member, when T or a model inside it has a member that does not begin with zero
/// and has no has_default(). Also runs every rules(), so that a bad pattern is found at the start.
template <class T>
void check_defaults() {
    std::vector<const void*> seen;
    detail::check_defaults_below<T>(seen);
}

}  // namespace chassis::model
