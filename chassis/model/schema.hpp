// JSON Schema 2020-12 of the models, as OpenAPI 3.1 takes it.
//
//     Schemas schemas;
//     schemas.reference<contracts::Product>();              // {"$ref":"#/components/schemas/Product"}
//     schemas.reference<std::vector<int>>();                // {"type":"array","items":{...}}
//     schemas.components();                                 // {"Product":{"properties":{...},...}}
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chassis::model {

struct MemberRules;
struct ModelInfo;
template <class T>
struct Codec;

/// How a member's name becomes a field's: a header's `user_agent` is sent as `user-agent`.
enum class Naming { as_is, header };
[[nodiscard]] std::string field_name(std::string_view member, Naming naming);

/// One query parameter, header, cookie or form field.
struct FieldSchema {
    std::string name;
    bool required;
    std::string schema;
    std::string about;
};

class Schemas {
  public:
    Schemas();
    ~Schemas();
    Schemas(const Schemas&) = delete;
    Schemas& operator=(const Schemas&) = delete;

    /// T's schema as JSON text. Models and enums become components and are referred to. Two types of one name are told
    /// apart by their namespaces: `contracts__Product`.
    template <class T>
    std::string reference();

    /// Each member of T with its own schema, for parameters.
    template <class T>
    std::vector<FieldSchema> fields(Naming naming = Naming::as_is);

    /// {"Name":schema,...} of all that was referred to, in alphabetical order.
    [[nodiscard]] std::string components() const;

    /// For codecs: refers to the component of the type that `key` stands for and makes it when it is new.
    std::string component(const void* key, std::string_view name, std::string_view full_name,
                          std::string (*make)(Schemas&));

  private:
    struct Component {
        const void* key;
        std::string name;
        std::string text;
    };
    std::vector<Component> components_;
};

namespace detail {

template <class T>
inline constexpr char type_key = 0;

/// A member as the schema needs it: what its type says, and its initialiser in a new object.
struct MemberSchema {
    std::string (*schema)(Schemas&, const MemberRules&);
    void (*write_default)(std::string& out, const void* model);
    const void* probe;
};

/// `tag` is empty for a model that is no alternative of a variant.
std::string model_schema(Schemas& schemas, const ModelInfo& info, const MemberSchema* members, std::string_view tag);
std::vector<FieldSchema> field_schemas(Schemas& schemas, const ModelInfo& info, const MemberSchema* members,
                                       Naming naming);
std::string enum_schema(std::string_view name, const std::string_view* first, std::size_t count);

enum class Counted { characters, items, properties };
/// Adds what the rules say to an object's text.
std::string with_rules(std::string schema, const MemberRules& rules, Counted counted);
std::string or_null(const std::string& schema);

}  // namespace detail

}  // namespace chassis::model

namespace chassis {
using model::Schemas;
}
