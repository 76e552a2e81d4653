// Plain structs to JSON and back.
//
//     struct Product { int id; std::string name; };
//     std::string text = to_json(Product{1, "Socks of Doom"});          // {"id":1,"name":"Socks of Doom"}
//     auto product = from_json<Product>(text);
//
// Nothing is built between the text and the struct. Reading is strict: a number is a number (1 and 1.0 are integers,
// "1" and true are not), no key twice, no NaN; an unknown key is ignored. codec.hpp says which types can be members.
#pragma once

#include <string>
#include <string_view>

#include "chassis/model/codec.hpp"

namespace chassis::model {

/// Appends `value` to `out`. Throws std::domain_error for NaN and ModelError for an enum's value without a name.
template <class T>
void write_json(std::string& out, const T& value) {
    Codec<T>::write(out, value);
}

template <class T>
[[nodiscard]] std::string to_json(const T& value) {
    std::string out;
    write_json(out, value);
    return out;
}

/// Throws a ValidationError that holds every bad field, with places below `root`: {"body"} for a request's body.
template <class T>
[[nodiscard]] T from_json(std::string_view text, const Location& root = {}) {
    Problems problems(root);
    JsonReader in(text, problems);
    T value{};
    Codec<T>::read(in, value);
    in.end();
    problems.check();
    return value;
}

}  // namespace chassis::model

namespace chassis {
using model::from_json;
using model::RawJson;
using model::to_json;
}  // namespace chassis
