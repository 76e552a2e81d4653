// Reading just enough SQL text: words outside of quotes and comments, and placeholders of lists.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "chassis/database/value.hpp"

namespace chassis::database {

/// True when `word` (upper case) stands in the statement in any case, not inside quotes or a comment.
[[nodiscard]] bool has_word(std::string_view sql, std::string_view word);

/// True when nothing but white space, semicolons and comments is left.
[[nodiscard]] bool only_space(std::string_view sql);

/// Replaces each `$n` that stands for a List by a query of its elements, which is one text for lists of any length.
[[nodiscard]] std::string expand_lists(std::string_view sql, std::span<const Value> arguments);

}  // namespace chassis::database
