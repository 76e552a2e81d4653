#include "chassis/model/fields.hpp"

namespace chassis::model::detail {

std::string texts_as_json(std::span<const std::string_view> texts) {
    std::string json = "[";
    for (const std::string_view text : texts) {
        if (json.size() > 1) json += ',';
        base::append_json_string(json, text);
    }
    return json + ']';
}

void read_fields(const FieldSource& source, void* model, const ModelInfo& info, std::span<const ParseMember> parsers,
                 Naming naming, Problems& problems) {
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < info.members.size(); ++i) {
        const MemberInfo& member = info.members[i];
        const std::string name = field_name(member.name, naming);
        const Problems::Step step(problems, name);
        texts.clear();
        source.values(name, texts);
        if (!texts.empty()) {
            parsers[i](texts, model, member, problems);
        } else if (member.required) {
            problems.add("missing", "Field required", "null");
        }
    }
}

}  // namespace chassis::model::detail
