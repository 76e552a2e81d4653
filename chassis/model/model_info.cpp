#include "chassis/model/model_info.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "chassis/base/json_text.hpp"

namespace chassis::model {

ModelInfo::ModelInfo() = default;
ModelInfo::ModelInfo(ModelInfo&&) noexcept = default;
ModelInfo::~ModelInfo() = default;

std::size_t ModelInfo::find(std::string_view wire_name, std::size_t expected) const {
    if (expected < members.size() && members[expected].name == wire_name) return expected;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].name == wire_name) return i;
    }
    return std::string_view::npos;
}

namespace detail {
namespace {

// Where among the problems those of one member begin.
struct Segment {
    std::size_t member;
    std::size_t begin;
};

// Problems came in the order of the input; pydantic tells them in the order of the members.
void sort_problems(std::vector<FieldError>& found, std::size_t begin, std::vector<Segment>& segments) {
    if (segments.size() < 2) return;
    const std::size_t end = found.size();
    std::vector<std::pair<std::size_t, std::size_t>> ranges;  // begin and end of each segment, by member
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        ranges.emplace_back(segments[i].begin, i + 1 < segments.size() ? segments[i + 1].begin : end);
        order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(segments[i].member, i); });
    std::vector<FieldError> sorted;
    for (const std::size_t i : order) {
        std::move(found.begin() + static_cast<std::ptrdiff_t>(ranges[i].first),
                  found.begin() + static_cast<std::ptrdiff_t>(ranges[i].second), std::back_inserter(sorted));
    }
    std::ranges::move(sorted, found.begin() + static_cast<std::ptrdiff_t>(begin));
}

class SeenMembers {
  public:
    // False when it was seen before.
    bool mark(std::size_t index) {
        std::uint64_t& word = words_[index / 64];
        const std::uint64_t bit = std::uint64_t{1} << index % 64;
        const bool first = (word & bit) == 0;
        word |= bit;
        return first;
    }
    [[nodiscard]] bool has(std::size_t index) const { return (words_[index / 64] >> index % 64 & 1) != 0; }

  private:
    std::array<std::uint64_t, 2> words_{};
};

}  // namespace

ModelInfo make_info(std::string_view name, const std::string_view* names, const bool* optional, RuleBook& book) {
    ModelInfo info;
    info.name = name;
    for (std::size_t i = 0; i < book.members().size(); ++i) {
        MemberInfo member;
        member.rules = std::move(book.members()[i]);
        member.name = member.rules.name.empty() ? std::string(names[i]) : member.rules.name;
        if (info.find(member.name, i) != std::string_view::npos) {
            throw ModelError(std::string(name) + " has two members with the wire name \"" + member.name + "\"");
        }
        member.key = ',' + base::json_string(member.name) + ':';
        member.required = !optional[i] && !member.rules.has_default;
        member.checks = member.rules.checks();
        if (member.name != names[i]) info.renamed = true;
        info.members.push_back(std::move(member));
    }
    return info;
}

bool read_model(JsonReader& in, void* model, const ModelInfo& info, const ReadMember* readers) {
    Problems& problems = in.problems();
    if (in.peek() != JsonReader::Kind::object) {
        problems.add("model_attributes_type", "Input should be a valid dictionary or object to extract fields from",
                     in.skip_value());
        return false;
    }
    const JsonReader::Mark start = in.mark();
    const std::size_t before = problems.size();
    SeenMembers seen;
    std::vector<Segment> segments;
    std::string scratch;
    std::size_t expected = 0;
    for (bool more = in.enter_object(); more; more = in.next_member()) {
        const std::size_t index = info.find(in.key(scratch), expected);
        if (index == std::string_view::npos) {
            in.skip_value();
            continue;
        }
        expected = index + 1;
        const MemberInfo& member = info.members[index];
        const std::size_t known = problems.size();
        const Problems::Step step(problems, member.name);
        if (seen.mark(index)) {
            readers[index](in, model, member);
        } else {
            problems.add("json_duplicate_key", "Key should appear only once in an object", in.skip_value());
        }
        if (problems.size() > known) segments.push_back({index, known});
    }
    for (std::size_t i = 0; i < info.members.size(); ++i) {
        if (!info.members[i].required || seen.has(i)) continue;
        segments.push_back({i, problems.size()});
        const Problems::Step step(problems, info.members[i].name);
        problems.add("missing", "Field required", in.since(start));
    }
    if (!segments.empty()) sort_problems(problems.found(), before, segments);
    return segments.empty();
}

}  // namespace detail
}  // namespace chassis::model
