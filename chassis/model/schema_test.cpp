#include "chassis/model/schema.hpp"

#include <gtest/gtest.h>

#include <map>

#include "chassis/model/json.hpp"

namespace first {
struct Thing {
    int a;
};
}  // namespace first
namespace second {
struct Thing {
    bool b;
};
}  // namespace second

namespace chassis::model {
namespace {

enum class State { a, b };
struct Inner {
    int x;
};
struct Card {
    static constexpr std::string_view tag = "card";
    std::string number;
};
struct Cash {
    static constexpr std::string_view tag = "cash";
    std::int64_t amount;
};

struct Full {
    std::string name;
    double price;
    std::string sku;
    std::int64_t stock = 0;
    std::optional<std::string> note;
    State state;
    State other_state = State::b;
    Time when;
    Uuid id;
    std::vector<std::string> tags;
    std::map<std::string, Inner> by_name;
    std::variant<Card, Cash> payment;
    std::variant<int, std::string> either;
    std::optional<Inner> maybe;
    std::array<bool, 2> pair;
    std::uint8_t small;
    std::string choice;
    Inner inner;
    Decimal exact;
    RawJson anything;
    std::vector<Full> children;
    static void rules(Rules<Full>& field) {
        field(&Full::name).length(1, 120).about("Shown on the \"shelf\"").example("Socks");
        field(&Full::price).above(0).below(1000.5);
        field(&Full::sku).matches("[A-Z]+|x");
        field(&Full::stock).has_default().at_least(0).example(3);
        field(&Full::note).length(0, 10);
        field(&Full::other_state).has_default();
        field(&Full::tags).length(0, 2);
        field(&Full::choice).one_of({"x", "y"});
        field(&Full::inner).about("Inside").example_json(R"({"x":1})");
    }
};

std::string component(std::string_view name, const Schemas& schemas) {
    const std::string all = schemas.components();
    const auto components = from_json<std::map<std::string, RawJson>>(all);
    const auto found = components.find(std::string(name));
    return found == components.end() ? "" : found->second.text;
}

template <class T>
std::string properties_of(std::string_view name) {
    struct Component {
        std::map<std::string, RawJson> properties;
    };
    Schemas schemas;
    (void)schemas.reference<T>();
    const auto read = from_json<Component>(component(type_name<T>(), schemas));
    return read.properties.at(std::string(name)).text;
}

TEST(SchemaTest, scalars_say_their_kind_and_their_range) {
    Schemas schemas;
    EXPECT_EQ(schemas.reference<bool>(), R"({"type":"boolean"})");
    EXPECT_EQ(schemas.reference<std::int8_t>(), R"({"type":"integer","maximum":127,"minimum":-128})");
    EXPECT_EQ(schemas.reference<std::int64_t>(), R"({"type":"integer","format":"int64"})");
    EXPECT_EQ(schemas.reference<std::uint64_t>(), R"({"type":"integer","format":"int64","minimum":0})");
    EXPECT_EQ(schemas.reference<double>(), R"({"type":"number"})");
    EXPECT_EQ(schemas.reference<std::string>(), R"({"type":"string"})");
    EXPECT_EQ(schemas.reference<Uuid>(), R"({"type":"string","format":"uuid"})");
    EXPECT_EQ(schemas.reference<Time>(), R"({"type":"string","format":"date-time"})");
    EXPECT_EQ((schemas.reference<Id<struct Tag, Uuid>>()), R"({"type":"string","format":"uuid"})");
    EXPECT_EQ(schemas.reference<std::optional<bool>>(), R"({"anyOf":[{"type":"boolean"},{"type":"null"}]})");
    EXPECT_EQ(schemas.reference<std::vector<bool>>(), R"({"items":{"type":"boolean"},"type":"array"})");
    EXPECT_EQ(schemas.components(), "{}");
}

TEST(SchemaTest, models_and_enums_are_components_and_referred_to) {
    Schemas schemas;
    EXPECT_EQ(schemas.reference<Inner>(), R"({"$ref":"#/components/schemas/Inner"})");
    EXPECT_EQ(schemas.reference<std::vector<State>>(),
              R"({"items":{"$ref":"#/components/schemas/State"},"type":"array"})");
    EXPECT_EQ(component("Inner", schemas),
              R"({"properties":{"x":{"type":"integer","maximum":2147483647,)"
              R"("minimum":-2147483648,"title":"X"}},"type":"object","required":["x"],"title":"Inner"})");
    EXPECT_EQ(component("State", schemas), R"({"type":"string","enum":["a","b"],"title":"State"})");
}

TEST(SchemaTest, rules_are_said_beside_the_members_they_speak_of) {
    EXPECT_EQ(properties_of<Full>("name"), R"({"type":"string","maxLength":120,"minLength":1,"title":"Name",)"
                                           R"("description":"Shown on the \"shelf\"","examples":["Socks"]})");
    EXPECT_EQ(properties_of<Full>("price"),
              R"({"type":"number","exclusiveMaximum":1000.5,"exclusiveMinimum":0.0,"title":"Price"})");
    EXPECT_EQ(properties_of<Full>("sku"), R"({"type":"string","pattern":"^(?:[A-Z]+|x)$","title":"Sku"})");
    EXPECT_EQ(properties_of<Full>("stock"),
              R"({"type":"integer","format":"int64","minimum":0,"title":"Stock","default":0,"examples":[3]})");
    EXPECT_EQ(properties_of<Full>("note"),
              R"({"anyOf":[{"type":"string","maxLength":10,"minLength":0},{"type":"null"}],"title":"Note"})");
    EXPECT_EQ(properties_of<Full>("tags"),
              R"({"items":{"type":"string"},"type":"array","maxItems":2,"minItems":0,"title":"Tags"})");
    EXPECT_EQ(properties_of<Full>("choice"), R"({"type":"string","enum":["x","y"],"title":"Choice"})");
    EXPECT_EQ(properties_of<Full>("small"), R"({"type":"integer","maximum":255,"minimum":0,"title":"Small"})");
}

TEST(SchemaTest, what_is_referred_to_keeps_its_own_title) {
    EXPECT_EQ(properties_of<Full>("state"), R"({"$ref":"#/components/schemas/State"})");
    EXPECT_EQ(properties_of<Full>("other_state"), R"({"$ref":"#/components/schemas/State","default":"b"})");
    EXPECT_EQ(properties_of<Full>("inner"),
              R"({"$ref":"#/components/schemas/Inner","description":"Inside","examples":[{"x":1}]})");
    EXPECT_EQ(properties_of<Full>("maybe"), R"({"anyOf":[{"$ref":"#/components/schemas/Inner"},{"type":"null"}]})");
}

TEST(SchemaTest, containers_say_what_is_in_them) {
    EXPECT_EQ(properties_of<Full>("by_name"),
              R"({"additionalProperties":{"$ref":"#/components/schemas/Inner"},"type":"object","title":"By Name"})");
    EXPECT_EQ(properties_of<Full>("pair"),
              R"({"items":{"type":"boolean"},"type":"array","maxItems":2,"minItems":2,"title":"Pair"})");
    EXPECT_EQ(properties_of<Full>("children"),
              R"({"items":{"$ref":"#/components/schemas/Full"},"type":"array","title":"Children"})");
    EXPECT_EQ(properties_of<Full>("anything"), R"({"title":"Anything"})");
    EXPECT_EQ(
        properties_of<Full>("either"),
        R"({"anyOf":[{"type":"integer","maximum":2147483647,"minimum":-2147483648},{"type":"string"}],"title":"Either"})");
}

TEST(SchemaTest, a_tagged_variant_has_a_discriminator_and_its_alternatives_a_type) {
    EXPECT_EQ(
        properties_of<Full>("payment"),
        R"({"oneOf":[{"$ref":"#/components/schemas/Card"},{"$ref":"#/components/schemas/Cash"}],"discriminator":)"
        R"({"propertyName":"type","mapping":{"card":"#/components/schemas/Card","cash":"#/components/schemas/Cash"}}})");
    EXPECT_EQ(properties_of<Card>("type"), R"({"type":"string","const":"card","title":"Type"})");
}

TEST(SchemaTest, what_has_to_be_sent_is_required) {
    struct Component {
        std::vector<std::string> required;
    };
    Schemas schemas;
    (void)schemas.reference<Full>();
    EXPECT_EQ(
        from_json<Component>(component("Full", schemas)).required,
        (std::vector<std::string>{"name", "price", "sku", "state", "when", "id", "tags", "by_name", "payment", "either",
                                  "pair", "small", "choice", "inner", "exact", "anything", "children"}));
}

TEST(SchemaTest, money_is_a_component) {
    Schemas schemas;
    EXPECT_EQ(schemas.reference<Money>(), R"({"$ref":"#/components/schemas/Money"})");
    EXPECT_NE(component("Money", schemas).find(R"("required":["amount","currency"])"), std::string::npos);
}

TEST(SchemaTest, two_types_of_one_name_are_told_apart_by_their_namespaces) {
    Schemas schemas;
    EXPECT_EQ(schemas.reference<first::Thing>(), R"({"$ref":"#/components/schemas/Thing"})");
    EXPECT_EQ(schemas.reference<second::Thing>(), R"({"$ref":"#/components/schemas/second__Thing"})");
    EXPECT_EQ(schemas.reference<first::Thing>(), R"({"$ref":"#/components/schemas/Thing"})");
    EXPECT_NE(component("second__Thing", schemas).find("\"b\""), std::string::npos);
}

TEST(SchemaTest, parameters_are_told_one_by_one) {
    struct Page {
        std::optional<int> after;
        int page_size = 20;
        std::string sort_by;
        static void rules(Rules<Page>& field) { field(&Page::page_size).has_default().at_most(100).about("How many"); }
    };
    Schemas schemas;
    const auto fields = schemas.fields<Page>(Naming::header);
    ASSERT_EQ(fields.size(), 3u);
    EXPECT_EQ(fields[1].name, "page-size");
    EXPECT_FALSE(fields[1].required);
    EXPECT_EQ(fields[1].about, "How many");
    EXPECT_EQ(
        fields[1].schema,
        R"({"type":"integer","maximum":100,"minimum":-2147483648,"title":"Page Size","description":"How many","default":20})");
    EXPECT_TRUE(fields[2].required);
    EXPECT_EQ(schemas.fields<Page>()[1].name, "page_size");
}

}  // namespace
}  // namespace chassis::model
