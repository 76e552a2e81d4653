#include "chassis/model/pattern.hpp"

#include <algorithm>

#include "chassis/model/errors.hpp"
#include "chassis/model/pattern_parser.hpp"

namespace chassis::model {
namespace {

using Step = Pattern::Step;
using Node = detail::PatternNode;

constexpr std::size_t most_steps = 20'000;

class Compiler {
  public:
    explicit Compiler(std::string_view pattern) : pattern_(pattern) {}

    std::vector<Step> compile(const Node& node) {
        emit(node);
        add({.kind = Step::Kind::accept});
        return std::move(steps_);
    }

  private:
    std::uint32_t here() const { return static_cast<std::uint32_t>(steps_.size()); }

    std::uint32_t add(Step step) {
        if (steps_.size() >= most_steps) {
            throw ModelError("the pattern \"" + std::string(pattern_) +
                             "\" is too large when its repetitions are written out");
        }
        steps_.push_back(step);
        return here() - 1;
    }

    void emit(const Node& node) {
        switch (node.kind) {
            case Node::Kind::empty:
                break;
            case Node::Kind::character:
                add({.kind = Step::Kind::character, .character = node.character});
                break;
            case Node::Kind::set:
                add({.kind = Step::Kind::set, .first = node.set});
                break;
            case Node::Kind::sequence:
                for (const auto& part : node.parts) emit(*part);
                break;
            case Node::Kind::either:
                emit_either(node);
                break;
            case Node::Kind::repeat:
                emit_repeat(node);
                break;
        }
    }

    void emit_either(const Node& node) {
        std::vector<std::uint32_t> ends;
        for (std::size_t i = 0; i + 1 < node.parts.size(); ++i) {
            const std::uint32_t fork = add({.kind = Step::Kind::fork, .first = here() + 1});
            emit(*node.parts[i]);
            ends.push_back(add({.kind = Step::Kind::jump}));
            steps_[fork].second = here();
        }
        emit(*node.parts.back());
        for (const std::uint32_t end : ends) steps_[end].first = here();
    }

    void emit_repeat(const Node& node) {
        const Node& part = *node.parts.front();
        for (int i = 0; i < node.least; ++i) emit(part);
        if (!node.most) {
            const std::uint32_t fork = add({.kind = Step::Kind::fork, .first = here() + 1});
            emit(part);
            add({.kind = Step::Kind::jump, .first = fork});
            steps_[fork].second = here();
            return;
        }
        std::vector<std::uint32_t> forks;
        for (int i = node.least; i < *node.most; ++i) {
            forks.push_back(add({.kind = Step::Kind::fork, .first = here() + 1}));
            emit(part);
        }
        for (const std::uint32_t fork : forks) steps_[fork].second = here();
    }

    std::string_view pattern_;
    std::vector<Step> steps_;
};

// The places in the program that the text read so far may have led to, each once.
class Places {
  public:
    // For a program of `size` steps.
    void prepare(std::size_t size) {
        if (seen_at_.size() < size) seen_at_.resize(size, 0);
        clear();
    }
    void clear() {
        places_.clear();
        ++generation_;
    }
    void add(const std::vector<Step>& steps, std::uint32_t place) {
        waiting_.push_back(place);
        while (!waiting_.empty()) {
            const std::uint32_t next = waiting_.back();
            waiting_.pop_back();
            if (seen_at_[next] == generation_) continue;
            seen_at_[next] = generation_;
            const Step& step = steps[next];
            if (step.kind == Step::Kind::jump) {
                waiting_.push_back(step.first);
            } else if (step.kind == Step::Kind::fork) {
                waiting_.push_back(step.second);
                waiting_.push_back(step.first);
            } else {
                places_.push_back(next);
            }
        }
    }
    [[nodiscard]] const std::vector<std::uint32_t>& all() const { return places_; }

  private:
    std::vector<std::uint32_t> places_;
    std::vector<std::uint32_t> waiting_;
    std::vector<std::uint64_t> seen_at_;
    std::uint64_t generation_ = 0;
};

bool ends_with_anchor(std::string_view pattern) {
    if (!pattern.ends_with('$')) return false;
    // An escaped dollar is preceded by an odd number of backslashes.
    const std::size_t last = pattern.find_last_not_of('\\', pattern.size() - 2);
    const std::size_t backslashes = pattern.size() - 2 - last;
    return pattern.size() == 1 || backslashes % 2 == 0;
}

}  // namespace

bool Pattern::Set::holds(char32_t character) const {
    const bool inside = std::ranges::any_of(
        ranges, [&](const auto& range) { return range.first <= character && character <= range.second; });
    return inside != negated;
}

Pattern::Pattern(std::string_view pattern) {
    if (pattern.starts_with('^')) pattern.remove_prefix(1);
    if (ends_with_anchor(pattern)) pattern.remove_suffix(1);
    const auto node = detail::parse_pattern(pattern, sets_);
    steps_ = Compiler(pattern).compile(*node);
    const bool alternatives = node->kind == Node::Kind::either;
    anchored_ = alternatives ? "^(?:" + std::string(pattern) + ")$" : "^" + std::string(pattern) + "$";
}

bool Pattern::matches(std::string_view text) const {
    // Kept from one call to the next, so that a match allocates nothing.
    thread_local Places now;
    thread_local Places next;
    now.prepare(steps_.size());
    next.prepare(steps_.size());
    now.add(steps_, 0);
    for (std::size_t at = 0; at < text.size();) {
        const char32_t character = detail::next_character(text, at);
        next.clear();
        for (const std::uint32_t place : now.all()) {
            const Step& step = steps_[place];
            const bool fits = step.kind == Step::Kind::character ? step.character == character
                              : step.kind == Step::Kind::set     ? sets_[step.first].holds(character)
                                                                 : false;
            if (fits) next.add(steps_, place + 1);
        }
        if (next.all().empty()) return false;
        std::swap(now, next);
    }
    return std::ranges::any_of(now.all(),
                               [&](std::uint32_t place) { return steps_[place].kind == Step::Kind::accept; });
}

}  // namespace chassis::model
