#include "chassis/model/pattern_parser.hpp"

#include <string>
#include <utility>

#include "chassis/base/text.hpp"
#include "chassis/model/errors.hpp"

namespace chassis::model::detail {
namespace {

using Node = PatternNode;
using NodePointer = std::unique_ptr<Node>;
using Set = Pattern::Set;

constexpr int most_repeats = 1000;
constexpr int deepest_group = 100;
constexpr char32_t last_character = 0x10FFFF;

const Set digits{{{'0', '9'}}};
const Set word{{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}};
const Set blank{{{'\t', '\r'}, {' ', ' '}}};
const Set line_end{{{'\n', '\n'}, {'\r', '\r'}}};

Set negated(Set set) {
    set.negated = !set.negated;
    return set;
}

std::vector<std::pair<char32_t, char32_t>> ranges_of(const Set& set) {
    if (!set.negated) return set.ranges;
    std::vector<std::pair<char32_t, char32_t>> gaps;
    char32_t next = 0;
    for (const auto& [from, to] : set.ranges) {  // ascending in the sets above
        if (from > next) gaps.emplace_back(next, from - 1);
        next = to + 1;
    }
    gaps.emplace_back(next, last_character);
    return gaps;
}

NodePointer make(Node::Kind kind) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    return node;
}

class Parser {
  public:
    Parser(std::string_view pattern, std::vector<Set>& sets) : text_(pattern), sets_(sets) {}

    NodePointer parse() {
        NodePointer node = either(0);
        if (at_ < text_.size()) fail("a ')' without its '('");
        return node;
    }

  private:
    [[noreturn]] void fail(const std::string& why) const {
        throw ModelError("cannot read the pattern \"" + std::string(text_) + "\" at " + std::to_string(at_) + ": " +
                         why);
    }
    [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
    bool take(char c) {
        if (!next_is(c)) return false;
        ++at_;
        return true;
    }

    NodePointer either(int depth) {
        if (depth > deepest_group) fail("groups are nested too deeply");
        NodePointer first = sequence(depth);
        if (!next_is('|')) return first;
        NodePointer node = make(Node::Kind::either);
        node->parts.push_back(std::move(first));
        while (take('|')) node->parts.push_back(sequence(depth));
        return node;
    }

    NodePointer sequence(int depth) {
        NodePointer node = make(Node::Kind::sequence);
        while (at_ < text_.size() && !next_is('|') && !next_is(')')) node->parts.push_back(repeated(depth));
        return node;
    }

    NodePointer repeated(int depth) {
        NodePointer node = single(depth);
        for (bool first = true;; first = false) {
            int least = 0;
            std::optional<int> most;
            if (take('*')) {
            } else if (take('+')) {
                least = 1;
            } else if (take('?')) {
                most = 1;
            } else if (take('{')) {
                least = number();
                most = least;
                if (take(',')) most = next_is('}') ? std::nullopt : std::optional(number());
                if (!take('}')) fail("a '{' is written {m}, {m,} or {m,n}; a brace itself is written \\{");
                if (most && *most < least) fail("the second number of {m,n} is the larger one");
            } else {
                return node;
            }
            if (!first) fail("one repetition follows another; put the first into a group");
            NodePointer repeat = make(Node::Kind::repeat);
            repeat->least = least;
            repeat->most = most;
            repeat->parts.push_back(std::move(node));
            node = std::move(repeat);
        }
    }

    int number() {
        int value = 0;
        const std::size_t start = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
            value = value * 10 + (text_[at_++] - '0');
            if (value > most_repeats) fail("more than " + std::to_string(most_repeats) + " repetitions");
        }
        if (at_ == start) fail("a number is missing");
        return value;
    }

    NodePointer single(int depth) {
        const char c = text_[at_];
        if (c == '(') return group(depth);
        if (c == '[') return of_set(bracket());
        if (c == '.') {
            ++at_;
            return of_set(negated(line_end));
        }
        if (c == '\\') {
            Set set;
            const auto character = escape(set);
            return character ? of_character(*character) : of_set(std::move(set));
        }
        if (c == '*' || c == '+' || c == '?' || c == '{') fail("nothing stands before the repetition");
        if (c == '^' || c == '$') fail("'^' stands in front and '$' at the end only; escaped, they are ordinary");
        return of_character(next_character(text_, at_));
    }

    NodePointer group(int depth) {
        ++at_;
        if (take('?') && !take(':')) fail("of the groups that begin with '(?' only '(?:' is known");
        NodePointer node = either(depth + 1);
        if (!take(')')) fail("a '(' without its ')'");
        return node;
    }

    // An escaped character, or nothing when it stands for a set of them.
    std::optional<char32_t> escape(Set& set) {
        ++at_;
        if (at_ >= text_.size()) fail("nothing stands behind the backslash");
        const char c = text_[at_++];
        switch (c) {
            case 'd':
                set = digits;
                return std::nullopt;
            case 'D':
                set = negated(digits);
                return std::nullopt;
            case 'w':
                set = word;
                return std::nullopt;
            case 'W':
                set = negated(word);
                return std::nullopt;
            case 's':
                set = blank;
                return std::nullopt;
            case 'S':
                set = negated(blank);
                return std::nullopt;
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'f':
                return '\f';
            case 'v':
                return '\v';
            case 'u': {
                char32_t character = 0;
                for (int i = 0; i < 4; ++i) {
                    const int digit = at_ < text_.size() ? base::hex_digit(text_[at_]) : -1;
                    if (digit < 0) fail("behind \\u come four hexadecimal digits");
                    character = character << 4 | static_cast<char32_t>(digit);
                    ++at_;
                }
                return character;
            }
            default:
                break;
        }
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            fail(std::string("the escape \\") + c + " is not known");
        }
        --at_;
        return next_character(text_, at_);
    }

    Set bracket() {
        ++at_;
        Set set;
        set.negated = take('^');
        while (!next_is(']')) {
            if (at_ >= text_.size()) fail("a '[' without its ']'");
            Set inner;
            const auto from = bracket_character(inner);
            if (!from) {
                const auto ranges = ranges_of(inner);
                set.ranges.insert(set.ranges.end(), ranges.begin(), ranges.end());
                continue;
            }
            char32_t to = *from;
            if (next_is('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
                ++at_;
                const auto end = bracket_character(inner);
                if (!end || *end < *from) fail("a range goes from a character to a later one");
                to = *end;
            }
            set.ranges.emplace_back(*from, to);
        }
        ++at_;
        return set;
    }

    std::optional<char32_t> bracket_character(Set& set) {
        if (next_is('\\')) return escape(set);
        if (at_ >= text_.size()) fail("a '[' without its ']'");
        return next_character(text_, at_);
    }

    NodePointer of_character(char32_t character) {
        NodePointer node = make(Node::Kind::character);
        node->character = character;
        return node;
    }
    NodePointer of_set(Set set) {
        NodePointer node = make(Node::Kind::set);
        node->set = static_cast<std::uint32_t>(sets_.size());
        sets_.push_back(std::move(set));
        return node;
    }

    std::string_view text_;
    std::vector<Set>& sets_;
    std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<PatternNode> parse_pattern(std::string_view pattern, std::vector<Pattern::Set>& sets) {
    return Parser(pattern, sets).parse();
}

char32_t next_character(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    char32_t character = more == 0 ? first : first & (0x3Fu >> more);
    for (int i = 0; i < more && at < text.size() && (text[at] & 0xC0) == 0x80; ++i) {
        character = character << 6 | (text[at++] & 0x3F);
    }
    return character;
}

}  // namespace chassis::model::detail
