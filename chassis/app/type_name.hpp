// A type as a key and as a word in a message, without run-time type information.
#pragma once

#include <string_view>

namespace chassis::app::detail {

using TypeKey = const void*;

template <class T>
TypeKey type_key() noexcept {
    static constexpr char place = 0;
    return &place;
}

template <class T>
constexpr std::string_view pretty_type() {
    return __PRETTY_FUNCTION__;
}

// "Shelf", "std::map<int, Product>": as the compiler writes it, without the namespaces before the name.
template <class T>
constexpr std::string_view type_name() {
    std::string_view text = pretty_type<T>();
    text = text.substr(text.find("T = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    if (text.starts_with("std::")) return text;
    const auto arguments = text.find('<');
    const auto scope = text.substr(0, arguments).rfind("::");
    return scope == text.npos ? text : text.substr(scope + 2);
}

}  // namespace chassis::app::detail
