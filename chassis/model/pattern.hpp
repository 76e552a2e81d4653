// A regular expression that is matched in time linear in the text, whatever the pattern: Thompson's construction
// (1968), all alternatives at once, no backtracking.
//
//     Pattern sku("[A-Z0-9-]{3,32}");
//     sku.matches("SOCK-DOOM-001");                         // the whole text, not a part of it
//
// Literals, `.`, classes `[a-z]` and `[^a-z]`, `\d \w \s` and their capitals (ASCII), escaped characters and `\uXXXX`,
// groups `( )` and `(?: )`, `|`, `* + ? {m} {m,} {m,n}`; `^` in front and `$` at the end may be left out. This is what
// JSON Schema's dialect (ECMA-262) and every other one agree on. Characters are Unicode's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chassis::model {

class Pattern {
  public:
    /// Throws ModelError, with the place, for a pattern that it cannot read or that is too large when written out.
    explicit Pattern(std::string_view pattern);

    [[nodiscard]] bool matches(std::string_view text) const;

    /// The pattern as JSON Schema needs it, anchored: "^[A-Z0-9-]{3,32}$".
    [[nodiscard]] const std::string& anchored() const { return anchored_; }

    struct Set {
        std::vector<std::pair<char32_t, char32_t>> ranges;
        bool negated = false;
        [[nodiscard]] bool holds(char32_t character) const;
    };
    struct Step {
        enum class Kind : std::uint8_t { character, set, fork, jump, accept };
        Kind kind;
        char32_t character = 0;    // character
        std::uint32_t first = 0;   // fork, jump: where to go on; set: its number
        std::uint32_t second = 0;  // fork: the other way
    };

  private:
    std::vector<Step> steps_;
    std::vector<Set> sets_;
    std::string anchored_;
};

}  // namespace chassis::model
