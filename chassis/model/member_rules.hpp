// What is said of one member: its limits, its default, what the documentation says. Built by Rules<T> (rules.hpp), read
// by validation and by the schema.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/model/decimal.hpp"
#include "chassis/model/errors.hpp"
#include "chassis/model/pattern.hpp"

namespace chassis::model {

struct MemberRules {
    MemberRules();
    MemberRules(const MemberRules&);
    MemberRules(MemberRules&&) noexcept;
    MemberRules& operator=(const MemberRules&);
    MemberRules& operator=(MemberRules&&) noexcept;
    ~MemberRules();

    // 64 bits of mantissa on x86 and more on ARM: every int64, uint64 and double is exact.
    struct Bound {
        long double value;
        std::string text;
    };
    std::optional<Bound> at_least{};
    std::optional<Bound> at_most{};
    std::optional<Bound> above{};
    std::optional<Bound> below{};
    std::optional<std::size_t> min_length{};
    std::optional<std::size_t> max_length{};
    std::optional<Pattern> pattern{};
    /// JSON text of each allowed value.
    std::vector<std::string> one_of{};
    bool has_default = false;
    std::string name{};
    std::string about{};
    /// JSON text.
    std::string example{};

    /// Something has to be looked at when a value comes in.
    [[nodiscard]] bool checks() const;
};

namespace detail {

MemberRules::Bound bound(std::int64_t value);
MemberRules::Bound bound(std::uint64_t value);
MemberRules::Bound bound(double value);

}  // namespace detail

/// Each notes what is wrong with a value of its kind; `input` is the value's JSON text.
void check_number(const MemberRules& rules, long double value, std::string_view input, Problems& problems);
void check_decimal(const MemberRules& rules, const Decimal& value, std::string_view input, Problems& problems);
void check_text(const MemberRules& rules, std::string_view value, std::string_view input, Problems& problems);
/// `kind` is pydantic's word: "List" or "Dictionary".
void check_size(const MemberRules& rules, std::size_t size, std::string_view kind, std::string_view input,
                Problems& problems);

}  // namespace chassis::model
