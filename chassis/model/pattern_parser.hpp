// The first half of a Pattern: its text as a tree. Used by pattern.cpp only.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "chassis/model/pattern.hpp"

namespace chassis::model::detail {

struct PatternNode {
    enum class Kind { empty, character, set, sequence, either, repeat };
    Kind kind = Kind::empty;
    char32_t character = 0;
    std::uint32_t set = 0;
    int least = 0;
    std::optional<int> most{};  // nothing: no limit
    std::vector<std::unique_ptr<PatternNode>> parts{};
};

/// Adds the classes that it finds to `sets`. Throws ModelError.
std::unique_ptr<PatternNode> parse_pattern(std::string_view pattern, std::vector<Pattern::Set>& sets);

/// The character at `at`, which moves behind it. A byte that is no UTF-8 counts as a character of its own.
char32_t next_character(std::string_view text, std::size_t& at);

}  // namespace chassis::model::detail
