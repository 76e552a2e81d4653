#include "chassis/model/schema.hpp"

#include <algorithm>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"
#include "chassis/model/model_info.hpp"

namespace chassis::model {
namespace {

// Builds an object of JSON text, one member after the other.
class ObjectText {
  public:
    ObjectText() : text_("{") {}
    // Goes on with an object that is already written.
    explicit ObjectText(std::string object) : text_(std::move(object)) { text_.pop_back(); }

    void add(std::string_view key, std::string_view json) {
        if (text_.size() > 1) text_ += ',';
        base::append_json_string(text_, key);
        text_ += ':';
        text_ += json;
    }
    void add_text(std::string_view key, std::string_view text) { add(key, base::json_string(text)); }
    [[nodiscard]] std::string finish() && { return std::move(text_) + '}'; }

  private:
    std::string text_;
};

// "product_id" becomes "Product Id".
std::string title_of(std::string_view name) {
    std::string title;
    bool starts_word = true;
    for (const char c : name) {
        title += starts_word ? base::to_upper(c) : c == '_' ? ' ' : c;
        starts_word = c == '_';
    }
    return title;
}

bool refers(std::string_view schema) { return schema.find("\"$ref\"") != schema.npos; }

std::string as_component_name(std::string_view name) {
    std::string key;
    for (const char c : name) {
        const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        key += allowed ? c : '_';
    }
    return key;
}

std::string member_text(Schemas& schemas, const MemberInfo& member, const detail::MemberSchema& with) {
    std::string schema = with.schema(schemas, member.rules);
    const bool titled = !refers(schema) || schema.starts_with("{\"items\"") || schema.starts_with("{\"additional");
    ObjectText object(std::move(schema));
    if (titled) object.add_text("title", title_of(member.name));
    if (!member.rules.about.empty()) object.add_text("description", member.rules.about);
    if (member.rules.has_default) {
        std::string value;
        with.write_default(value, with.probe);
        object.add("default", value);
    }
    if (!member.rules.example.empty()) object.add("examples", '[' + member.rules.example + ']');
    return std::move(object).finish();
}

}  // namespace

Schemas::Schemas() = default;
Schemas::~Schemas() = default;

std::string Schemas::component(const void* key, std::string_view name, std::string_view full_name,
                               std::string (*make)(Schemas&)) {
    auto known = std::ranges::find(components_, key, &Component::key);
    if (known == components_.end()) {
        std::string chosen = as_component_name(name);
        if (std::ranges::find(components_, chosen, &Component::name) != components_.end()) {
            chosen = as_component_name(full_name);
        }
        // Known before its text is made: a model may hold itself.
        const std::size_t index = components_.size();
        components_.push_back({key, std::move(chosen), {}});
        std::string text = make(*this);
        known = components_.begin() + static_cast<std::ptrdiff_t>(index);
        known->text = std::move(text);
    }
    return R"({"$ref":"#/components/schemas/)" + known->name + "\"}";
}

std::string Schemas::components() const {
    std::vector<const Component*> sorted;
    for (const Component& component : components_) sorted.push_back(&component);
    std::ranges::sort(sorted, {}, &Component::name);
    ObjectText object;
    for (const Component* component : sorted) object.add(component->name, component->text);
    return std::move(object).finish();
}

std::string field_name(std::string_view member, Naming naming) {
    std::string name(member);
    if (naming == Naming::header) std::ranges::replace(name, '_', '-');
    return name;
}

namespace detail {

std::string model_schema(Schemas& schemas, const ModelInfo& info, const MemberSchema* members, std::string_view tag) {
    ObjectText properties;
    std::string required;
    if (!tag.empty()) {
        properties.add("type", R"({"type":"string","const":)" + base::json_string(tag) + R"(,"title":"Type"})");
        required = R"(["type")";
    }
    for (std::size_t i = 0; i < info.members.size(); ++i) {
        const MemberInfo& member = info.members[i];
        properties.add(member.name, member_text(schemas, member, members[i]));
        if (!member.required) continue;
        required += required.empty() ? "[" : ",";
        base::append_json_string(required, member.name);
    }
    ObjectText schema;
    schema.add("properties", std::move(properties).finish());
    schema.add_text("type", "object");
    if (!required.empty()) schema.add("required", required + ']');
    schema.add_text("title", info.name);
    return std::move(schema).finish();
}

std::vector<FieldSchema> field_schemas(Schemas& schemas, const ModelInfo& info, const MemberSchema* members,
                                       Naming naming) {
    std::vector<FieldSchema> fields;
    for (std::size_t i = 0; i < info.members.size(); ++i) {
        const MemberInfo& member = info.members[i];
        FieldSchema field{.name = field_name(member.name, naming),
                          .required = member.required,
                          .schema = {},
                          .about = member.rules.about};
        field.schema = member_text(schemas, member, members[i]);
        fields.push_back(std::move(field));
    }
    return fields;
}

std::string enum_schema(std::string_view name, const std::string_view* first, std::size_t count) {
    std::string values = "[";
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) values += ',';
        base::append_json_string(values, first[i]);
    }
    ObjectText schema;
    schema.add_text("type", "string");
    schema.add("enum", values + ']');
    schema.add_text("title", name);
    return std::move(schema).finish();
}

std::string with_rules(std::string schema, const MemberRules& rules, Counted counted) {
    ObjectText object(std::move(schema));
    if (rules.at_most) object.add("maximum", rules.at_most->text);
    if (rules.below) object.add("exclusiveMaximum", rules.below->text);
    if (rules.at_least) object.add("minimum", rules.at_least->text);
    if (rules.above) object.add("exclusiveMinimum", rules.above->text);
    const std::string_view noun = counted == Counted::characters ? "Length"
                                  : counted == Counted::items    ? "Items"
                                                                 : "Properties";
    if (rules.max_length) object.add("max" + std::string(noun), std::to_string(*rules.max_length));
    if (rules.min_length) object.add("min" + std::string(noun), std::to_string(*rules.min_length));
    if (rules.pattern) object.add_text("pattern", rules.pattern->anchored());
    if (!rules.one_of.empty()) {
        std::string values;
        for (const std::string& value : rules.one_of) values += (values.empty() ? "[" : ",") + value;
        object.add("enum", values + ']');
    }
    return std::move(object).finish();
}

std::string or_null(const std::string& schema) { return "{\"anyOf\":[" + schema + ",{\"type\":\"null\"}]}"; }

}  // namespace detail

}  // namespace chassis::model
