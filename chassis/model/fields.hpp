// Values from text: a path's placeholders one by one; queries, headers, cookies and forms as a struct.
//
//     struct Page { std::optional<int> after; int limit = 20; static void rules(Rules<Page>& field); };
//     auto id = from_text<int>("17", {"path", "product_id"});
//     auto page = from_fields<Page>(query, "query");
//
// Text is parsed as pydantic parses it: " 1 " and "1.0" are integers, "yes" and "on" are true. A list takes every field
// of its name, any other member the last.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "chassis/model/codec.hpp"

namespace chassis::model {

/// Throws a ValidationError at `location`.
template <Parsable T>
[[nodiscard]] T from_text(std::string_view text, const Location& location) {
    Problems problems(location);
    T value{};
    Codec<T>::parse(text, value, problems);
    problems.check();
    return value;
}

/// Names and their texts, decoded.
class FieldSource {
  public:
    virtual ~FieldSource() = default;
    /// Appends every text of that name, in order.
    virtual void values(std::string_view name, std::vector<std::string_view>& out) const = 0;
};

namespace detail {

template <class M>
inline constexpr bool is_parsable_list = false;
template <Parsable M>
inline constexpr bool is_parsable_list<std::vector<M>> = true;

using ParseMember = bool (*)(std::span<const std::string_view> texts, void* model, const MemberInfo& info,
                             Problems& problems);

std::string texts_as_json(std::span<const std::string_view> texts);

template <class T, std::size_t I>
bool parse_member(std::span<const std::string_view> texts, void* model, const MemberInfo& info, Problems& problems) {
    using M = MemberType<T, I>;
    static_assert(
        Parsable<M> || is_parsable_list<M>,
        "a member read from a query, headers, cookies or a form is a scalar, an optional one, or a list of them");
    auto& value = member<I>(*static_cast<T*>(model));
    if constexpr (Parsable<M>) {
        if (!Codec<M>::parse(texts.back(), value, problems)) return false;
        if (info.checks) check_rules(info.rules, value, base::json_string(texts.back()), problems);
    } else {
        using Element = typename M::value_type;
        value.clear();
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const Problems::Step step(problems, static_cast<std::int64_t>(i));
            Element element{};
            if (!Codec<Element>::parse(texts[i], element, problems)) continue;
            value.push_back(std::move(element));
        }
        if (value.size() < texts.size()) return false;
        if (info.checks) check_rules(info.rules, value, texts_as_json(texts), problems);
    }
    return true;
}
template <class T>
inline constexpr auto member_parsers = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<ParseMember, sizeof...(I)>{parse_member<T, I>...};
}(std::make_index_sequence<member_count<T>>{});

void read_fields(const FieldSource& source, void* model, const ModelInfo& info, std::span<const ParseMember> parsers,
                 Naming naming, Problems& problems);

}  // namespace detail

/// T's members by name. `where` is the first part of each place: "query", "header", "cookie" or "body" (a form). Throws
/// a ValidationError that holds every bad field.
template <class T>
[[nodiscard]] T from_fields(const FieldSource& source, std::string_view where, Naming naming = Naming::as_is) {
    const Location root{std::string(where)};
    Problems problems(root);
    T value{};
    detail::read_fields(source, &value, info_of<T>(), detail::member_parsers<T>, naming, problems);
    problems.check();
    return value;
}

}  // namespace chassis::model
