#include "chassis/model/codec.hpp"

#include <algorithm>

namespace chassis::model::detail {

bool refuse_list(JsonReader& in) {
    in.problems().add("list_type", "Input should be a valid list", in.skip_value());
    return false;
}

bool refuse_tuple(JsonReader& in) {
    in.problems().add("tuple_type", "Input should be a valid tuple", in.skip_value());
    return false;
}

bool refuse_map(JsonReader& in) {
    in.problems().add("dict_type", "Input should be a valid dictionary", in.skip_value());
    return false;
}

void refuse_duplicate(JsonReader& in) {
    in.problems().add("json_duplicate_key", "Key should appear only once in an object", in.skip_value());
}

void note_short_tuple(JsonReader& in, std::size_t size, std::size_t wanted, JsonReader::Mark start) {
    for (std::size_t i = size; i < wanted; ++i) {
        const Problems::Step step(in.problems(), static_cast<std::int64_t>(i));
        in.problems().add("missing", "Field required", in.since(start));
    }
}

void note_long_tuple(JsonReader& in, std::size_t size, std::size_t wanted, JsonReader::Mark start) {
    MemberRules rules;
    rules.max_length = wanted;
    check_size(rules, size, "Tuple", in.since(start), in.problems());
}

bool find_tag(JsonReader& in, std::span<const std::string_view> tags, std::size_t& index) {
    constexpr std::string_view ctx_start = R"({"discriminator":"'type'")";
    Problems& problems = in.problems();
    if (in.peek() != JsonReader::Kind::object) {
        problems.add("model_attributes_type", "Input should be a valid dictionary or object to extract fields from",
                     in.skip_value());
        return false;
    }
    const JsonReader::Mark start = in.mark();
    std::string scratch;
    for (bool more = in.enter_object(); more; more = in.next_member()) {
        if (in.key(scratch) != "type") {
            in.skip_value();
            continue;
        }
        std::string tag;
        if (in.peek() == JsonReader::Kind::string) {
            tag = in.read_string(scratch);
        } else {
            tag = in.skip_value();
        }
        const auto found = std::ranges::find(tags, tag);
        in.back_to(start);
        if (found != tags.end()) {
            index = static_cast<std::size_t>(found - tags.begin());
            return true;
        }
        std::string expected;
        for (const std::string_view known : tags) {
            expected += (expected.empty() ? "'" : ", '") + std::string(known) + '\'';
        }
        problems.add("union_tag_invalid",
                     "Input tag '" + tag + "' found using 'type' does not match any of the expected tags: " + expected,
                     in.skip_value(),
                     std::string(ctx_start) + ",\"tag\":" + base::json_string(tag) +
                         ",\"expected_tags\":" + base::json_string(expected) + '}');
        return false;
    }
    problems.add("union_tag_not_found", "Unable to extract tag using discriminator 'type'", in.since(start),
                 std::string(ctx_start) + '}');
    return false;
}

std::string tagged_schema(const std::vector<std::string>& alternatives, std::span<const std::string_view> tags) {
    constexpr std::string_view before = R"({"$ref":)";
    std::string schema = R"({"oneOf":[)";
    std::string mapping;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
        const std::string& reference = alternatives[i];
        schema += (i > 0 ? "," : "") + reference;
        mapping += (i > 0 ? "," : "") + base::json_string(tags[i]) + ':' +
                   reference.substr(before.size(), reference.size() - before.size() - 1);
    }
    return schema + R"(],"discriminator":{"propertyName":"type","mapping":{)" + mapping + "}}}";
}

}  // namespace chassis::model::detail
