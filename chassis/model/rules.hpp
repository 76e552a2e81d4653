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

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

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
template <class M>
concept IsBounded = IsNumber<M> || std::same_as<M, Decimal>;

/// A limit in the type in which it is kept.
template <IsNumber Number>
constexpr auto widest(Number number) {
    if constexpr (std::floating_point<Number>) {
        return static_cast<double>(number);
    } else if constexpr (std::unsigned_integral<Number>) {
        return static_cast<std::uint64_t>(number);
    } else {
        return static_cast<std::int64_t>(number);
    }
}

// What does not depend on the model.
void set_length(MemberRules& rules, std::size_t least, std::size_t most);
void set_pattern(MemberRules& rules, std::string_view pattern);
void add_one_of(MemberRules& rules, std::string_view value);
void add_one_of(MemberRules& rules, std::int64_t value);
void set_text(std::string& to, std::string_view text);
void set_example(MemberRules& rules, std::string_view text);
void set_example(MemberRules& rules, bool value);
void set_example(MemberRules& rules, const MemberRules::Bound& number);
void set_limit(std::optional<MemberRules::Bound>& limit, MemberRules::Bound bound);

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
        detail::set_length(rules_, least, most);
        return *this;
    }
    /// The whole string; pattern.hpp says what a pattern may hold.
    Rule& matches(std::string_view pattern)
        requires std::same_as<M, std::string>
    {
        detail::set_pattern(rules_, pattern);
        return *this;
    }
    Rule& at_least(detail::IsNumber auto limit)
        requires detail::IsBounded<M>
    {
        return set(rules_.at_least, limit);
    }
    Rule& at_most(detail::IsNumber auto limit)
        requires detail::IsBounded<M>
    {
        return set(rules_.at_most, limit);
    }
    Rule& above(detail::IsNumber auto limit)
        requires detail::IsBounded<M>
    {
        return set(rules_.above, limit);
    }
    Rule& below(detail::IsNumber auto limit)
        requires detail::IsBounded<M>
    {
        return set(rules_.below, limit);
    }
    /// One of a few values; an enum is better where the program looks at it.
    Rule& one_of(std::initializer_list<std::string_view> values)
        requires std::same_as<M, std::string>
    {
        for (const std::string_view value : values) detail::add_one_of(rules_, value);
        return *this;
    }
    Rule& one_of(std::initializer_list<std::int64_t> values)
        requires(std::integral<M> && !std::same_as<M, bool>)
    {
        for (const std::int64_t value : values) detail::add_one_of(rules_, value);
        return *this;
    }

    /// May be left out; then it keeps the initialiser that it has in the struct.
    Rule& has_default() {
        rules_.has_default = true;
        return *this;
    }
    /// The name on the wire, where it is not the member's own.
    Rule& name(std::string_view name) {
        detail::set_text(rules_.name, name);
        return *this;
    }
    /// A sentence for the documentation.
    Rule& about(std::string_view sentence) {
        detail::set_text(rules_.about, sentence);
        return *this;
    }
    Rule& example(std::string_view text) {
        detail::set_example(rules_, text);
        return *this;
    }
    Rule& example(const char* text) { return example(std::string_view(text)); }
    Rule& example(std::same_as<bool> auto value) {
        detail::set_example(rules_, value);
        return *this;
    }
    Rule& example(detail::IsNumber auto number) {
        detail::set_example(rules_, detail::bound(detail::widest(number)));
        return *this;
    }
    /// An example of any shape, as JSON text.
    Rule& example_json(std::string_view json) {
        detail::set_text(rules_.example, json);
        return *this;
    }

  private:
    Rule& set(std::optional<MemberRules::Bound>& limit, auto number) {
        // A whole limit of a floating member is documented as what it is compared with.
        if constexpr (std::floating_point<M>) {
            detail::set_limit(limit, detail::bound(static_cast<double>(number)));
        } else {
            detail::set_limit(limit, detail::bound(detail::widest(number)));
        }
        return *this;
    }

    MemberRules& rules_;
};

namespace detail {

/// The rules of all members, found by a member's address in one probe object.
class RuleBook {
  public:
    explicit RuleBook(std::size_t members);
    ~RuleBook();
    RuleBook(const RuleBook&) = delete;
    RuleBook& operator=(const RuleBook&) = delete;

    [[nodiscard]] std::vector<MemberRules>& members() { return members_; }

  protected:
    void note(const void* member);
    MemberRules& rules_of(const void* member);

  private:
    std::vector<const void*> addresses_;
    std::vector<MemberRules> members_;
};

}  // namespace detail

/// Handed to T::rules().
template <class T>
class Rules : public detail::RuleBook {
  public:
    Rules() : RuleBook(member_count<T>) {
        for_each_member(probe_, [this](std::string_view, const auto& member) { note(&member); });
    }

    template <class M>
    Rule<typename detail::Unwrapped<M>::Type> operator()(M T::* member) {
        return Rule<typename detail::Unwrapped<M>::Type>(rules_of(&(probe_.*member)));
    }

  private:
    T probe_{};
};

template <class T>
concept HasRules = requires(Rules<T>& rules) { T::rules(rules); };

}  // namespace chassis::model

namespace chassis {
using model::Rules;
}
