#include "chassis/model/rules.hpp"

#include <algorithm>
#include <utility>

#include "chassis/base/json_text.hpp"

namespace chassis::model::detail {

void set_length(MemberRules& rules, std::size_t least, std::size_t most) {
    if (least > most) {
        throw ModelError("length(" + std::to_string(least) + ", " + std::to_string(most) +
                         "): the second is the larger one");
    }
    rules.min_length = least;
    rules.max_length = most;
}

void set_pattern(MemberRules& rules, std::string_view pattern) { rules.pattern.emplace(pattern); }

void add_one_of(MemberRules& rules, std::string_view value) { rules.one_of.push_back(base::json_string(value)); }
void add_one_of(MemberRules& rules, std::int64_t value) { rules.one_of.push_back(std::to_string(value)); }

void set_text(std::string& to, std::string_view text) { to = text; }

void set_example(MemberRules& rules, std::string_view text) { rules.example = base::json_string(text); }
void set_example(MemberRules& rules, bool value) { rules.example = value ? "true" : "false"; }
void set_example(MemberRules& rules, const MemberRules::Bound& number) { rules.example = number.text; }

void set_limit(std::optional<MemberRules::Bound>& limit, MemberRules::Bound bound) { limit = std::move(bound); }

RuleBook::RuleBook(std::size_t members) : members_(members) { addresses_.reserve(members); }
RuleBook::~RuleBook() = default;

void RuleBook::note(const void* member) { addresses_.push_back(member); }

MemberRules& RuleBook::rules_of(const void* member) {
    const auto found = std::ranges::find(addresses_, member);
    return members_.at(static_cast<std::size_t>(found - addresses_.begin()));
}

}  // namespace chassis::model::detail
