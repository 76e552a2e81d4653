#include "chassis/model/member_rules.hpp"

#include <algorithm>
#include <utility>

#include "chassis/base/json_text.hpp"

namespace chassis::model {
namespace {

std::string number_text(double value) {
    std::string text;
    base::append_json_number(text, value);
    return text;
}

// As pydantic says a bound: 3 for 3.0, though its ctx keeps the 3.0.
std::string_view spoken(std::string_view number) {
    if (number.ends_with(".0")) number.remove_suffix(2);
    return number;
}

std::string counted(std::size_t count, std::string_view noun) {
    return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

struct Comparison {
    const std::optional<MemberRules::Bound>& bound;
    std::string_view type;
    std::string_view words;
    std::string_view key;
};

void note_bound(const Comparison& comparison, std::string_view input, Problems& problems) {
    const std::string& text = comparison.bound->text;
    problems.add(comparison.type, "Input should be " + std::string(comparison.words) + ' ' + std::string(spoken(text)),
                 input, "{\"" + std::string(comparison.key) + "\":" + text + '}');
}

// Calls `breaks(which, bound)` in pydantic's order and notes the first that is broken.
template <class Breaks>
void check_bounds(const MemberRules& rules, std::string_view input, Problems& problems, Breaks breaks) {
    const Comparison comparisons[] = {{rules.at_most, "less_than_equal", "less than or equal to", "le"},
                                      {rules.below, "less_than", "less than", "lt"},
                                      {rules.at_least, "greater_than_equal", "greater than or equal to", "ge"},
                                      {rules.above, "greater_than", "greater than", "gt"}};
    for (std::size_t i = 0; i < std::size(comparisons); ++i) {
        if (comparisons[i].bound && breaks(i, *comparisons[i].bound)) {
            note_bound(comparisons[i], input, problems);
            return;
        }
    }
}

// "'a', 'b' or 'c'"; strings in single quotes, as Python writes them.
std::string spoken_values(const std::vector<std::string>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text += i + 1 == values.size() ? " or " : ", ";
        const std::string& value = values[i];
        text += value.starts_with('"') ? '\'' + value.substr(1, value.size() - 2) + '\'' : value;
    }
    return text;
}

void check_one_of(const MemberRules& rules, std::string_view json, std::string_view input, Problems& problems) {
    if (rules.one_of.empty() || std::ranges::find(rules.one_of, json) != rules.one_of.end()) return;
    const std::string expected = spoken_values(rules.one_of);
    problems.add("literal_error", "Input should be " + expected, input,
                 "{\"expected\":" + base::json_string(expected) + '}');
}

}  // namespace

// Here and not in the header: what a model's file compiles should be short.
MemberRules::MemberRules() = default;
MemberRules::MemberRules(const MemberRules&) = default;
MemberRules::MemberRules(MemberRules&&) noexcept = default;
MemberRules& MemberRules::operator=(const MemberRules&) = default;
MemberRules& MemberRules::operator=(MemberRules&&) noexcept = default;
MemberRules::~MemberRules() = default;

bool MemberRules::checks() const {
    return at_least || at_most || above || below || min_length || max_length || pattern || !one_of.empty();
}

namespace detail {

MemberRules::Bound bound(std::int64_t value) { return {static_cast<long double>(value), std::to_string(value)}; }
MemberRules::Bound bound(std::uint64_t value) { return {static_cast<long double>(value), std::to_string(value)}; }
MemberRules::Bound bound(double value) { return {value, number_text(value)}; }

}  // namespace detail

void check_number(const MemberRules& rules, long double value, std::string_view input, Problems& problems) {
    check_bounds(rules, input, problems, [&](std::size_t which, const MemberRules::Bound& bound) {
        switch (which) {
            case 0:
                return !(value <= bound.value);
            case 1:
                return !(value < bound.value);
            case 2:
                return !(value >= bound.value);
            default:
                return !(value > bound.value);
        }
    });
    if (rules.one_of.empty()) return;
    // Compared as the number it is, so that 1.0 is one of 1 and 2.
    std::string json;
    const bool whole = value == static_cast<long double>(static_cast<std::int64_t>(value));
    if (whole) {
        base::append_json_integer(json, static_cast<std::int64_t>(value));
    } else {
        base::append_json_number(json, static_cast<double>(value));
    }
    check_one_of(rules, json, input, problems);
}

void check_decimal(const MemberRules& rules, const Decimal& value, std::string_view input, Problems& problems) {
    check_bounds(rules, input, problems, [&](std::size_t which, const MemberRules::Bound& bound) {
        const auto limit = Decimal::parse(bound.text);
        if (!limit) return false;
        switch (which) {
            case 0:
                return value > *limit;
            case 1:
                return value >= *limit;
            case 2:
                return value < *limit;
            default:
                return value <= *limit;
        }
    });
}

void check_text(const MemberRules& rules, std::string_view value, std::string_view input, Problems& problems) {
    if (rules.min_length || rules.max_length) {
        const std::size_t length = base::count_characters(value);
        if (rules.max_length && length > *rules.max_length) {
            problems.add("string_too_long", "String should have at most " + counted(*rules.max_length, "character"),
                         input, "{\"max_length\":" + std::to_string(*rules.max_length) + '}');
            return;
        }
        if (rules.min_length && length < *rules.min_length) {
            problems.add("string_too_short", "String should have at least " + counted(*rules.min_length, "character"),
                         input, "{\"min_length\":" + std::to_string(*rules.min_length) + '}');
            return;
        }
    }
    if (rules.pattern && !rules.pattern->matches(value)) {
        const std::string& pattern = rules.pattern->anchored();
        problems.add("string_pattern_mismatch", "String should match pattern '" + pattern + "'", input,
                     "{\"pattern\":" + base::json_string(pattern) + '}');
        return;
    }
    if (!rules.one_of.empty()) check_one_of(rules, base::json_string(value), input, problems);
}

void check_size(const MemberRules& rules, std::size_t size, std::string_view kind, std::string_view input,
                Problems& problems) {
    const auto note = [&](std::string_view type, std::string_view words, std::string_view key, std::size_t limit) {
        problems.add(type,
                     std::string(kind) + " should have " + std::string(words) + ' ' + counted(limit, "item") +
                         " after validation, not " + std::to_string(size),
                     input,
                     "{\"field_type\":\"" + std::string(kind) + "\",\"" + std::string(key) +
                         "\":" + std::to_string(limit) + ",\"actual_length\":" + std::to_string(size) + '}');
    };
    if (rules.max_length && size > *rules.max_length) {
        note("too_long", "at most", "max_length", *rules.max_length);
    } else if (rules.min_length && size < *rules.min_length) {
        note("too_short", "at least", "min_length", *rules.min_length);
    }
}

}  // namespace chassis::model
