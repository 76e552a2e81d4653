// The OpenAPI 3.1 document, written from the operations (https://spec.openapis.org/oas/v3.1.0).
#include <map>

#include "chassis/app/starter.hpp"
#include "chassis/base/text.hpp"
#include "chassis/model/json_text.hpp"

namespace chassis::app {
namespace {

// Writes an object or an array, with the commas where they belong.
class Writer {
  public:
    Writer(std::string& out, char open, char close) : out_(out), close_(close) { out_ += open; }
    ~Writer() { out_ += close_; }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    std::string& element() {
        if (!first_) out_ += ',';
        first_ = false;
        return out_;
    }
    std::string& key(std::string_view name) {
        model::append_json_string(element(), name);
        return out_ += ':';
    }
    void text(std::string_view name, std::string_view value) { model::append_json_string(key(name), value); }
    void json(std::string_view name, std::string_view value) { key(name) += value; }

  private:
    std::string& out_;
    char close_;
    bool first_ = true;
};

struct Object : Writer {
    explicit Object(std::string& out) : Writer(out, '{', '}') {}
};
struct Array : Writer {
    explicit Array(std::string& out) : Writer(out, '[', ']') {}
};

void write_content(std::string& out, std::string_view media_type, std::string_view schema) {
    Object content(out);
    Object media(content.key(media_type));
    media.json("schema", schema);
}

void write_parameter(std::string& out, const Operation::Parameter& parameter) {
    Object object(out);
    object.text("name", parameter.name);
    object.text("in", parameter.in);
    object.json("required", parameter.required || parameter.in == "path" ? "true" : "false");
    if (!parameter.about.empty()) object.text("description", parameter.about);
    object.json("schema", parameter.schema);
}

void write_bodies(std::string& out, const std::vector<Operation::Body>& bodies) {
    Object object(out);
    {
        Object content(object.key("content"));
        for (auto& body : bodies) {
            Object media(content.key(body.media_type));
            media.json("schema", body.schema);
        }
    }
    object.json("required", bodies.front().required ? "true" : "false");
}

void write_reply(std::string& out, const Operation::Reply& reply) {
    Object object(out);
    object.text("description", reply.about);
    if (!reply.headers.empty()) {
        Object headers(object.key("headers"));
        for (auto& header : reply.headers) {
            Object one(headers.key(header.name));
            one.text("description", header.about);
            one.json("schema", R"({"type":"string"})");
        }
    }
    if (!reply.media_type.empty()) write_content(object.key("content"), reply.media_type, reply.schema);
}

void write_operation(std::string& out, const Operation& operation) {
    Object object(out);
    if (!operation.tags.empty()) {
        Array tags(object.key("tags"));
        for (auto& tag : operation.tags) model::append_json_string(tags.element(), tag);
    }
    object.text("summary", operation.summary);
    if (!operation.description.empty()) object.text("description", operation.description);
    object.text("operationId", operation.id);
    if (operation.deprecated) object.json("deprecated", "true");
    if (!operation.security.empty()) {
        Array security(object.key("security"));
        Object all(security.element());
        for (auto& scheme : operation.security) all.json(scheme.name, "[]");
    }
    if (!operation.parameters.empty()) {
        Array parameters(object.key("parameters"));
        for (auto& parameter : operation.parameters) write_parameter(parameters.element(), parameter);
    }
    if (!operation.bodies.empty()) write_bodies(object.key("requestBody"), operation.bodies);
    Object replies(object.key("responses"));
    for (auto& [status, reply] : operation.replies) write_reply(replies.key(std::to_string(status)), reply);
}

constexpr std::string_view error_schemas =
    R"("HTTPError":{"title":"HTTPError","type":"object","required":["detail"],"properties":{"detail":{"title":"Detail","type":"string"}}},)"
    R"("HTTPValidationError":{"title":"HTTPValidationError","type":"object","properties":{"detail":{"title":"Detail","type":"array","items":{"$ref":"#/components/schemas/ValidationError"}}}},)"
    R"("ValidationError":{"title":"ValidationError","type":"object","required":["loc","msg","type"],"properties":{"loc":{"title":"Location","type":"array","items":{"anyOf":[{"type":"string"},{"type":"integer"}]}},"msg":{"title":"Message","type":"string"},"type":{"title":"Error Type","type":"string"},"input":{"title":"Input"},"ctx":{"title":"Context","type":"object"}}})";

void write_components(std::string& out, const std::vector<const Operation*>& operations, std::string_view components) {
    std::map<std::string_view, std::string_view> schemes;
    for (auto* operation : operations) {
        for (auto& scheme : operation->security) schemes.emplace(scheme.name, scheme.scheme);
    }
    Object object(out);
    std::string schemas(components.substr(0, components.rfind('}')));
    if (!base::trim(schemas).ends_with('{')) schemas += ',';
    schemas += error_schemas;
    schemas += '}';
    object.json("schemas", schemas);
    if (schemes.empty()) return;
    Object security(object.key("securitySchemes"));
    for (auto& [name, scheme] : schemes) security.json(name, scheme);
}

}  // namespace

std::string make_openapi(const About& about, const std::vector<const Operation*>& operations,
                         std::string_view components) {
    // Paths in the order in which they were registered, each once.
    std::vector<std::string_view> paths;
    std::map<std::string_view, std::vector<const Operation*>> by_path;
    for (auto* operation : operations) {
        auto& of_path = by_path[operation->path];
        if (of_path.empty()) paths.push_back(operation->path);
        of_path.push_back(operation);
    }

    std::string out;
    {
        Object document(out);
        document.text("openapi", "3.1.0");
        {
            Object info(document.key("info"));
            info.text("title", about.title);
            if (!about.description.empty()) info.text("description", about.description);
            info.text("version", about.version);
        }
        {
            Object all(document.key("paths"));
            for (auto path : paths) {
                Object item(all.key(path));
                for (auto* operation : by_path[path]) {
                    write_operation(item.key(base::lower(to_string(operation->method))), *operation);
                }
            }
        }
        write_components(document.key("components"), operations, components);
    }
    return out;
}

}  // namespace chassis::app
