// What is known of a model's members when the program runs: names on the wire, rules, what has to be sent. Built once
// for each type, when it is first used.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/model/json_reader.hpp"
#include "chassis/model/reflection.hpp"
#include "chassis/model/rules.hpp"

namespace chassis::model {

struct MemberInfo {
    /// On the wire.
    std::string name;
    /// `,"name":`, as it is written behind another member.
    std::string key;
    MemberRules rules;
    bool required = true;
    /// rules.checks(), asked for every value.
    bool checks = false;
};

struct ModelInfo {
    std::string_view name{};
    std::vector<MemberInfo> members{};
    /// Some member has another name on the wire than in the struct.
    bool renamed = false;

    ModelInfo();
    ModelInfo(ModelInfo&&) noexcept;
    ~ModelInfo();

    /// The index of a member, or npos. `expected` is looked at first: members mostly come in their order.
    [[nodiscard]] std::size_t find(std::string_view wire_name, std::size_t expected) const;
};

namespace detail {

template <class M>
inline constexpr bool is_optional = false;
template <class M>
inline constexpr bool is_optional<std::optional<M>> = true;

/// Throws ModelError when two members have one name. Takes the rules out of the book.
ModelInfo make_info(std::string_view name, const std::string_view* names, const bool* optional, RuleBook& book);

/// `,"name":` for each member, put together while compiling.
template <std::size_t N>
struct KeyText {
    std::array<char, N> text{};
    [[nodiscard]] constexpr std::string_view view() const { return {text.data(), N}; }
};
template <class T, std::size_t I>
inline constexpr auto key_text = [] {
    constexpr std::string_view name = member_name<T, I>;
    KeyText<name.size() + 4> key;
    key.text[0] = ',';
    key.text[1] = '"';
    for (std::size_t i = 0; i < name.size(); ++i) key.text[i + 2] = name[i];
    key.text[name.size() + 2] = '"';
    key.text[name.size() + 3] = ':';
    return key;
}();

using ReadMember = bool (*)(JsonReader& in, void* model, const MemberInfo& info);

/// Reads an object into a model; notes every problem, those of one object in the order of its members. False when there
/// was one.
bool read_model(JsonReader& in, void* model, const ModelInfo& info, const ReadMember* readers);

template <class T>
inline constexpr auto optional_members = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<bool, sizeof...(I)>{is_optional<MemberType<T, I>>...};
}(std::make_index_sequence<member_count<T>>{});

}  // namespace detail

template <class T>
const ModelInfo& info_of() {
    static const ModelInfo info = [] {
        constexpr auto member_names = names<T>();
        Rules<T> rules;
        if constexpr (HasRules<T>) T::rules(rules);
        return detail::make_info(type_name<T>(), member_names.data(), detail::optional_members<T>.data(), rules);
    }();
    return info;
}

}  // namespace chassis::model
