#include "chassis/app/argument.hpp"

#include "chassis/base/text.hpp"
#include "chassis/model/json_text.hpp"

namespace chassis::app::detail {
namespace {

// "application/json; charset=utf-8" without what follows the type.
std::string_view media_type(const Call& call) {
    const std::string_view header = call.request.headers.get("Content-Type").value_or("");
    return base::trim(header.substr(0, header.find(';')));
}

bool is_json(std::string_view type) {
    const std::string lower = base::lower(type);
    return lower == "application/json" || (lower.starts_with("application/") && lower.ends_with("+json"));
}

}  // namespace

void TextSource::values(std::string_view name, std::vector<std::string_view>& out) const {
    for (auto& [key, value] : pairs_) {
        if (key == name) out.push_back(value);
    }
}

void TextSource::add_pairs(std::string_view text, char separator, bool form_encoded) {
    if (text.empty()) return;
    for (std::string_view part : base::split(text, separator)) {
        part = base::trim(part);
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        const std::string_view key = part.substr(0, equals);
        const std::string_view value = equals == part.npos ? std::string_view{} : part.substr(equals + 1);
        if (form_encoded) {
            // What is not percent-encoded correctly is taken as it stands, as browsers and FastAPI do.
            pairs_.emplace_back(base::form_decode(key).value_or(std::string(key)),
                                base::form_decode(value).value_or(std::string(value)));
        } else {
            pairs_.emplace_back(key, value);
        }
    }
}

QuerySource::QuerySource(const Call& call) { add_pairs(call.request.query, '&', true); }

CookieSource::CookieSource(const Call& call) {
    for (const auto& field : call.request.headers) {
        if (base::iequals(field.name, "Cookie")) add_pairs(field.value, ';', false);
    }
}

FormSource::FormSource(const Call& call) {
    if (base::iequals(media_type(call), "application/x-www-form-urlencoded")) add_pairs(call.request.body, '&', true);
}

PathSource::PathSource(const Call& call) {
    for (std::size_t i = 0; i < call.operation.placeholders.size(); ++i) {
        std::string room;
        pairs_.emplace_back(call.operation.placeholders[i], call.path_value(i, room));
    }
}

void HeaderSource::values(std::string_view name, std::vector<std::string_view>& out) const {
    for (const auto& field : call_.request.headers) {
        if (base::iequals(field.name, name)) out.push_back(field.value);
    }
}

std::string_view json_body(const Call& call) {
    const std::string_view body = call.request.body;
    if (body.empty()) throw model::ValidationError({{.type = "missing", .loc = {}, .msg = "Field required"}});
    const std::string_view type = media_type(call);
    if (!type.empty() && !is_json(type)) {
        throw model::ValidationError({{.type = "model_attributes_type",
                                       .loc = {},
                                       .msg = "Input should be a valid dictionary or object to extract fields from",
                                       .input = model::json_string(body)}});
    }
    return body;
}

void describe_path_model(Description& description, std::string_view name) {
    for (auto& placeholder : description.operation.placeholders) {
        if (placeholder == name) return;
    }
    description.problem("takes the placeholder {" + std::string(name) + "}, which its text does not have");
}

void describe_placeholder(Description& description, std::uint32_t index, std::string schema) {
    description.parameter({description.operation.placeholders[index], "path", true, std::move(schema)});
    description.validates();
}

}  // namespace chassis::app::detail
