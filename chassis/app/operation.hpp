// What is known of one operation (a method on a route), built once at start; the call, validation, OpenAPI, the names
// of metrics and the tests all read it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/http/message.hpp"
#include "chassis/model/check_defaults.hpp"
#include "chassis/model/codec.hpp"
#include "chassis/model/schema.hpp"

namespace chassis::app {

struct Operation {
    struct Parameter {
        std::string name;
        std::string in;  // "path", "query", "header" or "cookie"
        bool required = true;
        std::string schema;  // JSON
        std::string about{};
    };
    struct Body {
        std::string media_type;
        std::string schema;  // JSON
        bool required = true;
    };
    struct Header {
        std::string name;
        std::string about;
    };
    struct Reply {
        std::string about;
        std::string media_type{};  // empty: there is no body
        std::string schema{};      // JSON
        std::vector<Header> headers{};
    };
    struct Security {
        std::string name;
        std::string scheme;  // JSON, for the document's components
    };

    http::Method method = http::Method::get;
    // "/products/{product_id}", with the router's prefix.
    std::string path;
    std::vector<std::string> placeholders;
    // operationId; unique in the document.
    std::string id;
    std::string summary;
    std::string description;
    std::vector<std::string> tags;
    bool deprecated = false;
    // Not in the document: health, metrics, internal pages.
    bool hidden = false;

    std::vector<Parameter> parameters;
    std::vector<Body> bodies;
    std::map<int, Reply> replies;
    // The status of a successful reply, when the route says another than the result's type; otherwise 0.
    int success = 0;
    std::vector<Security> security;
    // Where it was registered, "services/product/api.cpp:31".
    std::string where;

    bool declares(int status) const { return replies.contains(status); }
    // "GET /products/{product_id}".
    std::string name() const;
};

/// What an argument, a provider or a result adds to its operation; handed to describe().
class Description {
  public:
    Description(Operation& operation, model::Schemas& schemas, std::vector<std::string>& problems)
        : operation(operation), schemas(schemas), problems(problems) {}

    /// A member of Model for each parameter in "path", "query", "header" or "cookie".
    template <class Model>
    void parameters(std::string_view in, model::Naming naming = model::Naming::as_is) {
        check_input<Model>();
        for (auto& field : schemas.fields<Model>(naming)) {
            parameter({field.name, std::string(in), field.required, field.schema, field.about});
        }
    }
    void parameter(Operation::Parameter parameter);
    /// The same body may come in several media types.
    template <class Model>
    void body(std::string_view media_type) {
        check_input<Model>();
        body({std::string(media_type), schemas.reference<Model>()});
    }
    void body(Operation::Body body);
    /// A successful reply with a Model as JSON.
    template <class Model>
    void reply(int status) {
        reply(status, {success_text(status), "application/json", schemas.reference<Model>()});
    }
    void reply(int status, Operation::Reply reply);
    /// An error that it may answer with: {"detail": "..."}.
    void error(int status);
    /// Adds 422, FastAPI's HTTPValidationError.
    void validates();
    /// A security scheme of OpenAPI; `scheme` is its JSON.
    void security(std::string_view name, std::string_view scheme);
    void header(int status, std::string_view name, std::string_view about);
    /// Stops the start with a message.
    void problem(std::string text);

    static std::string success_text(int status);

    Operation& operation;
    model::Schemas& schemas;
    std::vector<std::string>& problems;

  private:
    // A default that the model does not speak of would let a client leave out what it has to send.
    template <class Model>
    void check_input() {
        try {
            model::check_defaults<Model>();
        } catch (const model::ModelError& error) {
            problem(std::string("cannot be described: ") + error.what());
        }
    }
};

}  // namespace chassis::app
