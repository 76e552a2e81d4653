// What a model asks of its members, said beside them. The same rules validate, document and make the JSON Schema.
//
//     struct NewProduct {
//         std::string name;
//         std::string sku;
//         int stock = 0;
//         static void rules(Rules<NewProduct>& field) {
//             field(&NewProduct::name).length(1, 120).about("Shown on the shelf");
//             field(&NewProduct::sku).matches("[A-Z0-9-]{3,32}").example("SOCK-DOOM-001");
//             field(&NewProduct::stock).has_default().at_least(0);
//         }
//     };
//
// A member without `has_default()` has to be sent, unless it is a std::optional. A rule for an optional member speaks
// of the value it holds. rules() runs once for each type.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "chassis/model/json_text.hpp"
#include "chassis/model/member_rules.hpp"
#include "chassis/model/reflection.hpp"

namespace chassis::model {

namespace detail {
template <class M>
struct Unwrapped {
    using Type = M;
};
template <class M>
struct Unwrapped<std::optional<M>> {
    using Type = M;
};
template <class M>
concept HasSize = requires(const M& m) { m.size(); };
template <class M>
concept IsNumber = std::is_arithmetic_v<M> && !std::same_as<M, bool>;

[[noreturn]] void refuse_length(std::size_t least, std::size_t most);
}  // namespace detail

/// The rules of one member of type M; each call adds one and gives the same object back.
template <class M>
class Rule {
  public:
    explicit Rule(MemberRules& rules) : rules_(rules) {}

    /// A string's characters, or a container's elements.
    Rule& length(std::size_t least, std::size_t most)
        requires detail::HasSize<M>
    {
        if (least > most) detail::refuse_length(least, most);
        rules_.min_length = least;
        rules_.max_length = most;
        return *this;
    }
    /// The whole string; pattern.hpp says what a pattern may hold.
    Rule& matches(std::string_view pattern)
        requires std::same_as<M, std::string>
    {
        rules_.pattern = std::make_shared<const Pattern>(pattern);
        return *this;
    }
    template <class Number>
        requires((detail::IsNumber<M> || std::same_as<M, Decimal>) && detail::IsNumber<Number>)
    Rule& at_least(Number limit) {
        rules_.at_least = make_bound(limit);
        return *this;
    }
    template <class Number>
        requires((detail::IsNumber<M> || std::same_as<M, Decimal>) && detail::IsNumber<Number>)
    Rule& at_most(Number limit) {
        rules_.at_most = make_bound(limit);
        return *this;
    }
    template <class Number>
        requires((detail::IsNumber<M> || std::same_as<M, Decimal>) && detail::IsNumber<Number>)
    Rule& above(Number limit) {
        rules_.above = make_bound(limit);
        return *this;
    }
    template <class Number>
        requires((detail::IsNumber<M> || std::same_as<M, Decimal>) && detail::IsNumber<Number>)
    Rule& below(Number limit) {
        rules_.below = make_bound(limit);
        return *this;
    }
    /// One of a few values; an enum is better where the program looks at it.
    Rule& one_of(std::initializer_list<std::string_view> values)
        requires std::same_as<M, std::string>
    {
        for (const std::string_view value : values) rules_.one_of.push_back(json_string(value));
        return *this;
    }
    Rule& one_of(std::initializer_list<M> values)
        requires(std::integral<M> && !std::same_as<M, bool>)
    {
        for (const M value : values) rules_.one_of.push_back(std::to_string(value));
        return *this;
    }

    /// May be left out; then it keeps the initialiser that it has in the struct.
    Rule& has_default() {
        rules_.has_default = true;
        return *this;
    }
    /// The name on the wire, where it is not the member's own.
    Rule& name(std::string_view name) {
        rules_.name = name;
        return *this;
    }
    /// A sentence for the documentation.
    Rule& about(std::string_view sentence) {
        rules_.about = sentence;
        return *this;
    }
    Rule& example(std::string_view text) {
        rules_.example = json_string(text);
        return *this;
    }
    template <class Number>
        requires std::is_arithmetic_v<Number>
    Rule& example(Number number) {
        if constexpr (std::same_as<Number, bool>) {
            rules_.example = number ? "true" : "false";
        } else {
            rules_.example = detail::make_bound(number).text;
        }
        return *this;
    }
    /// An example of any shape, as JSON text.
    Rule& example_json(std::string_view json) {
        rules_.example = json;
        return *this;
    }

  private:
    // A whole limit of a floating member is documented as what it is compared with.
    template <class Number>
    static MemberRules::Bound make_bound(Number limit) {
        if constexpr (std::floating_point<M>) {
            return detail::make_bound(static_cast<double>(limit));
        } else {
            return detail::make_bound(limit);
        }
    }

    MemberRules& rules_;
};

/// Handed to T::rules().
template <class T>
class Rules {
  public:
    template <class M>
    Rule<typename detail::Unwrapped<M>::Type> operator()(M T::* pointer) {
        if (members_.empty()) members_.resize(member_count<T>);
        return Rule<typename detail::Unwrapped<M>::Type>(members_[index_of(pointer)]);
    }

    [[nodiscard]] std::vector<MemberRules> take() {
        members_.resize(member_count<T>);
        return std::move(members_);
    }

  private:
    template <class M>
    std::size_t index_of(M T::* pointer) const {
        std::size_t index = 0;
        std::size_t found = 0;
        for_each_member(probe_, [&](std::string_view, const auto& member) {
            if (static_cast<const void*>(&member) == static_cast<const void*>(&(probe_.*pointer))) found = index;
            ++index;
        });
        return found;
    }

    T probe_{};
    std::vector<MemberRules> members_;
};

template <class T>
concept HasRules = requires(Rules<T>& rules) { T::rules(rules); };

}  // namespace chassis::model

namespace chassis {
using model::Rules;
}
