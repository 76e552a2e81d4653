#include "chassis/settings/settings.hpp"

#include <unistd.h>
#include <yaml-cpp/yaml.h>
#include <algorithm>

#include <fstream>
#include <iterator>
#include <optional>

#include "chassis/base/text.hpp"

namespace chassis::settings {
namespace {

std::string variable_name(std::string_view member) { return base::upper(member); }

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) return std::nullopt;
    return text;
}

void cut_line_end(std::string& text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    if (base::trim(text).empty()) return parts;
    for (const std::string_view part : base::split(text, ',')) parts.emplace_back(base::trim(part));
    return parts;
}

// Nested mappings become one name: {database: {url: x}} is database_url.
void flatten(const YAML::Node& node, const std::string& name, const std::string& file,
             std::map<std::string, std::vector<std::string>, std::less<>>& out) {
    switch (node.Type()) {
        case YAML::NodeType::Map:
            for (const auto& entry : node) {
                const auto key = entry.first.as<std::string>();
                flatten(entry.second, name.empty() ? key : name + '_' + key, file, out);
            }
            return;
        case YAML::NodeType::Sequence: {
            auto& texts = out[name];
            for (const auto& element : node) {
                if (!element.IsScalar()) throw SettingsError(file + ": the list " + name + " holds more than texts");
                texts.push_back(element.Scalar());
            }
            return;
        }
        case YAML::NodeType::Scalar:
            if (!out.emplace(name, std::vector{node.Scalar()}).second) {
                throw SettingsError(file + ": " + name + " is there twice");
            }
            return;
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined:
            return;
    }
}

}  // namespace

Sources Sources::from_process() {
    Sources sources;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals != text.npos) {
            sources.set_variable(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
        }
    }
    const auto file = sources.variables_.find("SETTINGS_FILE");
    if (file != sources.variables_.end() && !file->second.empty()) {
        const auto text = read_file(file->second);
        if (!text) throw SettingsError("SETTINGS_FILE: cannot read " + file->second);
        sources.add_yaml(*text, file->second);
    }
    return sources;
}

Sources& Sources::set_variable(std::string name, std::string value) {
    variables_.insert_or_assign(std::move(name), std::move(value));
    return *this;
}

Sources& Sources::add_yaml(const std::string& text, const std::string& file) {
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsMap() && !root.IsNull()) throw SettingsError(file + ": the settings are no YAML mapping");
        flatten(root, "", file, file_);
    } catch (const YAML::Exception& error) {
        throw SettingsError(file + ": " + error.what());
    }
    return *this;
}

std::vector<std::string> Sources::find(std::string_view member, bool is_list, std::vector<std::string>& errors) const {
    const std::string name = variable_name(member);
    const auto direct = variables_.find(name);
    const auto secret_file = variables_.find(name + "_FILE");
    const auto in_file = file_.find(member);
    asked_.insert(std::string(member));
    if (direct != variables_.end() && secret_file != variables_.end()) {
        errors.push_back(name + " and " + name + "_FILE are both set: unset one of them");
        return {};
    }
    std::string text;
    if (secret_file != variables_.end()) {
        auto content = read_file(secret_file->second);
        if (!content) {
            errors.push_back(name + "_FILE: cannot read " + secret_file->second);
            return {};
        }
        cut_line_end(*content);
        text = std::move(*content);
    } else if (direct != variables_.end()) {
        text = direct->second;
    } else if (in_file != file_.end()) {
        return in_file->second;
    } else {
        return {};
    }
    if (is_list) return split_list(text);
    return {std::move(text)};
}

std::vector<std::string> Sources::unused() const {
    std::vector<std::string> names;
    for (const auto& [name, texts] : file_) {
        if (!asked_.contains(name)) names.push_back(name);
    }
    return names;
}

namespace detail {

Found::Found(const Sources& sources, const model::ModelInfo& info, const std::vector<MemberKind>& kinds) {
    for (std::size_t i = 0; i < info.members.size(); ++i) {
        const std::string& name = info.members[i].name;
        const std::size_t before = errors_.size();
        auto texts = sources.find(name, kinds[i].is_list, errors_);
        if (errors_.size() > before) badly_given_.insert(name);
        if (!texts.empty()) texts_.emplace(name, std::move(texts));
        if (kinds[i].is_secret) secrets_.insert(name);
    }
}

void Found::values(std::string_view name, std::vector<std::string_view>& out) const {
    const auto texts = texts_.find(name);
    if (texts != texts_.end()) out.insert(out.end(), texts->second.begin(), texts->second.end());
}

void Found::check(const model::ValidationError* invalid) const {
    std::vector<std::string> lines = errors_;
    if (invalid) {
        for (const model::FieldError& error : invalid->errors) {
            const auto* name = error.loc.size() > 1 ? std::get_if<std::string>(&error.loc[1]) : nullptr;
            const std::string member = name ? *name : "settings";
            if (badly_given_.contains(member)) continue;
            if (error.type == "missing") {
                lines.push_back(variable_name(member) + " is not set, and it has no default");
            } else if (secrets_.contains(member)) {
                lines.push_back(variable_name(member) + ": " + error.msg);
            } else {
                lines.push_back(variable_name(member) + ": " + error.msg + ", it is " + error.input);
            }
        }
    }
    if (lines.empty()) return;
    std::string message = "the settings are wrong:";
    for (const std::string& line : lines) message += "\n  " + line;
    throw SettingsError(message);
}

std::string describe(const model::ModelInfo& info) {
    std::string text;
    for (const auto& member : info.members) {
        std::string name = variable_name(member.name);
        name.resize(std::max<std::size_t>(name.size() + 2, 26), ' ');
        text += "  " + name + member.rules.about + (member.required ? "" : " (may be left out)") + "\n";
    }
    return text;
}

}  // namespace detail
}  // namespace chassis::settings
