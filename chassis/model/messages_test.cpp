// The bodies that FastAPI 0.165 with pydantic 2.14 sends for the same model and the same input, word for word. Where we
// are stricter, what pydantic's strict mode says.
#include <gtest/gtest.h>

#include <map>

#include "chassis/model/json.hpp"

namespace chassis::model {
namespace {

template <class T>
struct In {
    T v;
};

template <class T>
std::string body_of(std::string_view text) {
    try {
        (void)from_json<T>(text, {"body"});
    } catch (const ValidationError& error) {
        return error.body();
    }
    return "accepted";
}

// The error that stands in {"v": json}, without what is the same for all: its place.
template <class T>
std::string error_of(std::string_view json) {
    std::string body = body_of<In<T>>("{\"v\":" + std::string(json) + '}');
    const std::string_view start = R"({"detail":[)";
    if (!body.starts_with(start)) return body;
    body = body.substr(start.size(), body.size() - start.size() - 2);
    const std::string_view place = R"("loc":["body","v"],)";
    if (const auto at = body.find(place); at != body.npos) body.erase(at, place.size());
    return body;
}

enum class State { a, b, c };
enum class Lonely { a };
struct Inner {
    int x;
};

TEST(MessagesTest, scalars_of_the_wrong_kind) {
    EXPECT_EQ(
        error_of<int>("1.5"),
        R"({"type":"int_from_float","msg":"Input should be a valid integer, got a number with a fractional part","input":1.5})");
    EXPECT_EQ(error_of<int>("\"x\""), R"({"type":"int_type","msg":"Input should be a valid integer","input":"x"})");
    EXPECT_EQ(error_of<int>("null"), R"({"type":"int_type","msg":"Input should be a valid integer","input":null})");
    EXPECT_EQ(error_of<double>("null"), R"({"type":"float_type","msg":"Input should be a valid number","input":null})");
    EXPECT_EQ(error_of<bool>("2"), R"({"type":"bool_type","msg":"Input should be a valid boolean","input":2})");
    EXPECT_EQ(error_of<std::string>("1"), R"({"type":"string_type","msg":"Input should be a valid string","input":1})");
    EXPECT_EQ(
        error_of<Decimal>("null"),
        R"({"type":"decimal_type","msg":"Decimal input should be an integer, float, string or Decimal object","input":null})");
    EXPECT_EQ(
        error_of<int>("2147483648"),
        R"({"type":"less_than_equal","msg":"Input should be less than or equal to 2147483647","input":2147483648,"ctx":{"le":2147483647}})");
    EXPECT_EQ(
        error_of<int>("-2147483649"),
        R"({"type":"greater_than_equal","msg":"Input should be greater than or equal to -2147483648","input":-2147483649,"ctx":{"ge":-2147483648}})");
}

TEST(MessagesTest, containers_of_the_wrong_kind) {
    using List = std::vector<int>;
    using Pair = std::array<int, 2>;
    EXPECT_EQ(error_of<List>("{}"), R"({"type":"list_type","msg":"Input should be a valid list","input":{}})");
    EXPECT_EQ((error_of<std::map<std::string, int>>("[]")),
              R"({"type":"dict_type","msg":"Input should be a valid dictionary","input":[]})");
    EXPECT_EQ(
        (error_of<std::map<int, int>>(R"({"a":1})")),
        R"({"type":"int_parsing","loc":["body","v","a","[key]"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"a"})");
    EXPECT_EQ(
        error_of<Inner>("[]"),
        R"({"type":"model_attributes_type","msg":"Input should be a valid dictionary or object to extract fields from","input":[]})");
    EXPECT_EQ(error_of<Inner>("{}"), R"({"type":"missing","loc":["body","v","x"],"msg":"Field required","input":{}})");
    EXPECT_EQ(error_of<std::optional<Inner>>(R"({"x":null})"),
              R"({"type":"int_type","loc":["body","v","x"],"msg":"Input should be a valid integer","input":null})");
    EXPECT_EQ(error_of<Pair>("1"), R"({"type":"tuple_type","msg":"Input should be a valid tuple","input":1})");
    EXPECT_EQ(error_of<Pair>("[1]"), R"({"type":"missing","loc":["body","v",1],"msg":"Field required","input":[1]})");
    EXPECT_EQ(
        error_of<Pair>("[1,2,3]"),
        R"({"type":"too_long","msg":"Tuple should have at most 2 items after validation, not 3","input":[1,2,3],"ctx":{"field_type":"Tuple","max_length":2,"actual_length":3}})");
    EXPECT_EQ(
        body_of<List>(R"([1,"a",2])"),
        R"({"detail":[{"type":"int_type","loc":["body",1],"msg":"Input should be a valid integer","input":"a"}]})");
}

TEST(MessagesTest, uuids) {
    const auto parsing = [](std::string_view input, std::string_view fault) {
        return R"({"type":"uuid_parsing","msg":"Input should be a valid UUID, )" + std::string(fault) +
               R"(","input":")" + std::string(input) + R"(","ctx":{"error":")" + std::string(fault) + "\"}}";
    };
    EXPECT_EQ(error_of<Uuid>("1"),
              R"({"type":"uuid_type","msg":"UUID input should be a string, bytes or UUID object","input":1})");
    for (const auto& [input, fault] :
         {std::pair("0189", "invalid length: found 4"),
          {"", "invalid length: found 0"},
          {"01890a5d-ac96-774b-bcceb302099a8057", "invalid group count: expected 5, found 4"},
          {"01890a5d-ac96-774b-bcce-b302-99a8057", "invalid group count: expected 5, found 6"},
          {"01890a5d-ac96-774b-bcce-b302099a805", "invalid group length in group 4: expected 12, found 11"},
          {"01890a5d-ac96-774b-bcce-b302099a80570", "invalid group length in group 4: expected 12, found 13"},
          {"01890a5-dac96-774b-bcce-b302099a8057", "invalid group length in group 0: expected 8, found 7"},
          {"01890a5g-ac96-774b-bcce-b302099a8057", "invalid character: found `g` at 7"}}) {
        EXPECT_EQ(error_of<Uuid>('"' + std::string(input) + '"'), parsing(input, fault));
    }
}

TEST(MessagesTest, times) {
    const auto parsing = [](std::string_view input, std::string_view fault) {
        return R"({"type":"datetime_from_date_parsing","msg":"Input should be a valid datetime or date, )" +
               std::string(fault) + R"(","input":")" + std::string(input) + R"(","ctx":{"error":")" +
               std::string(fault) + "\"}}";
    };
    EXPECT_EQ(error_of<Time>("true"),
              R"({"type":"datetime_type","msg":"Input should be a valid datetime","input":true})");
    EXPECT_EQ(error_of<Time>("\"2020-01-01T00:00:00\""),
              R"({"type":"timezone_aware","msg":"Input should have timezone info","input":"2020-01-01T00:00:00"})");
    EXPECT_EQ(error_of<Time>("\"2020-01-01\""),
              R"({"type":"timezone_aware","msg":"Input should have timezone info","input":"2020-01-01"})");
    for (const auto& [input, fault] :
         {std::pair("x", "input is too short"),
          {"202x-01-01T00:00:00Z", "invalid character in year"},
          {"2020x01-01T00:00:00Z", "invalid date separator, expected `-`"},
          {"2020-0a-01T00:00:00Z", "invalid character in month"},
          {"2020-13-01T00:00:00Z", "month value is outside expected range of 1-12"},
          {"2020-02-30T00:00:00Z", "day value is outside expected range"},
          {"2020-01-32T00:00:00Z", "day value is outside expected range"},
          {"2020-01-01T24:00:00Z", "unexpected extra characters at the end of the input"},
          {"2020-01-01T00:00:00Z1", "unexpected extra characters at the end of the input"}}) {
        EXPECT_EQ(error_of<Time>('"' + std::string(input) + '"'), parsing(input, fault));
    }
}

TEST(MessagesTest, enums) {
    EXPECT_EQ(
        error_of<State>("\"x\""),
        R"({"type":"enum","msg":"Input should be 'a', 'b' or 'c'","input":"x","ctx":{"expected":"'a', 'b' or 'c'"}})");
    EXPECT_EQ(
        error_of<State>("1"),
        R"({"type":"enum","msg":"Input should be 'a', 'b' or 'c'","input":1,"ctx":{"expected":"'a', 'b' or 'c'"}})");
    EXPECT_EQ(error_of<Lonely>("\"x\""),
              R"({"type":"enum","msg":"Input should be 'a'","input":"x","ctx":{"expected":"'a'"}})");
}

struct Card {
    static constexpr std::string_view tag = "card";
    int number;
};
struct Cash {
    static constexpr std::string_view tag = "cash";
    int amount;
};

TEST(MessagesTest, variants) {
    using Either = std::variant<int, std::string>;
    using Payment = std::variant<Card, Cash>;
    EXPECT_EQ(
        error_of<Either>("[]"),
        R"({"type":"int_type","loc":["body","v","int"],"msg":"Input should be a valid integer","input":[]},{"type":"string_type","loc":["body","v","str"],"msg":"Input should be a valid string","input":[]})");
    EXPECT_EQ(
        error_of<Payment>("{}"),
        R"({"type":"union_tag_not_found","msg":"Unable to extract tag using discriminator 'type'","input":{},"ctx":{"discriminator":"'type'"}})");
    EXPECT_EQ(
        error_of<Payment>(R"({"type":"x"})"),
        R"({"type":"union_tag_invalid","msg":"Input tag 'x' found using 'type' does not match any of the expected tags: 'card', 'cash'","input":{"type":"x"},"ctx":{"discriminator":"'type'","tag":"x","expected_tags":"'card', 'cash'"}})");
    EXPECT_EQ(
        error_of<Payment>(R"({"type":1})"),
        R"({"type":"union_tag_invalid","msg":"Input tag '1' found using 'type' does not match any of the expected tags: 'card', 'cash'","input":{"type":1},"ctx":{"discriminator":"'type'","tag":"1","expected_tags":"'card', 'cash'"}})");
    EXPECT_EQ(
        error_of<Payment>(R"({"type":"card","number":null})"),
        R"({"type":"int_type","loc":["body","v","card","number"],"msg":"Input should be a valid integer","input":null})");
    EXPECT_EQ(
        error_of<Payment>("1"),
        R"({"type":"model_attributes_type","msg":"Input should be a valid dictionary or object to extract fields from","input":1})");
}

struct Limited {
    int whole = 1;
    double real = 1;
    std::string text = "ab";
    std::string sku = "A";
    std::vector<int> list{1};
    std::map<std::string, int> map{{"a", 1}};
    Decimal price{"1"};
    std::string choice = "x";
    int open = 2;
    std::optional<int> maybe;
    static void rules(Rules<Limited>& field) {
        field(&Limited::whole).has_default().at_least(1).at_most(3);
        field(&Limited::real).has_default().at_least(1).at_most(3);
        field(&Limited::text).has_default().length(1, 2);
        field(&Limited::sku).has_default().matches("[A-Z]+");
        field(&Limited::list).has_default().length(1, 2);
        field(&Limited::map).has_default().length(1, 1);
        field(&Limited::price).has_default().at_least(0.5).at_most(2);
        field(&Limited::choice).has_default().one_of({"x", "y"});
        field(&Limited::open).has_default().above(1).below(3);
        field(&Limited::maybe).at_least(1);
    }
};

std::string limit_error(std::string_view member, std::string_view json) {
    std::string body = body_of<Limited>("{\"" + std::string(member) + "\":" + std::string(json) + '}');
    const std::string place = R"("loc":["body",")" + std::string(member) + "\"],";
    if (const auto at = body.find(place); at != body.npos) body.erase(at, place.size());
    return body.starts_with("{\"detail\":[") ? body.substr(11, body.size() - 13) : body;
}

TEST(MessagesTest, rules) {
    EXPECT_EQ(
        limit_error("whole", "0"),
        R"({"type":"greater_than_equal","msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}})");
    EXPECT_EQ(limit_error("whole", "4"),
              R"({"type":"less_than_equal","msg":"Input should be less than or equal to 3","input":4,"ctx":{"le":3}})");
    EXPECT_EQ(
        limit_error("real", "0"),
        R"({"type":"greater_than_equal","msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1.0}})");
    EXPECT_EQ(limit_error("open", "1"),
              R"({"type":"greater_than","msg":"Input should be greater than 1","input":1,"ctx":{"gt":1}})");
    EXPECT_EQ(limit_error("open", "3"),
              R"({"type":"less_than","msg":"Input should be less than 3","input":3,"ctx":{"lt":3}})");
    EXPECT_EQ(
        limit_error("maybe", "0"),
        R"({"type":"greater_than_equal","msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}})");
    EXPECT_EQ(
        limit_error("text", "\"\""),
        R"({"type":"string_too_short","msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}})");
    EXPECT_EQ(
        limit_error("text", "\"abc\""),
        R"({"type":"string_too_long","msg":"String should have at most 2 characters","input":"abc","ctx":{"max_length":2}})");
    EXPECT_EQ(limit_error("text", "\"\xC3\xA9\xC3\xA9\""), "accepted");
    EXPECT_EQ(
        limit_error("sku", "\"a\""),
        R"({"type":"string_pattern_mismatch","msg":"String should match pattern '^[A-Z]+$'","input":"a","ctx":{"pattern":"^[A-Z]+$"}})");
    EXPECT_EQ(
        limit_error("list", "[]"),
        R"({"type":"too_short","msg":"List should have at least 1 item after validation, not 0","input":[],"ctx":{"field_type":"List","min_length":1,"actual_length":0}})");
    EXPECT_EQ(
        limit_error("list", "[1,2,3]"),
        R"({"type":"too_long","msg":"List should have at most 2 items after validation, not 3","input":[1,2,3],"ctx":{"field_type":"List","max_length":2,"actual_length":3}})");
    EXPECT_EQ(
        limit_error("map", "{}"),
        R"({"type":"too_short","msg":"Dictionary should have at least 1 item after validation, not 0","input":{},"ctx":{"field_type":"Dictionary","min_length":1,"actual_length":0}})");
    EXPECT_EQ(
        limit_error("price", "2.01"),
        R"({"type":"less_than_equal","msg":"Input should be less than or equal to 2","input":2.01,"ctx":{"le":2}})");
    EXPECT_EQ(
        limit_error("choice", "\"z\""),
        R"({"type":"literal_error","msg":"Input should be 'x' or 'y'","input":"z","ctx":{"expected":"'x' or 'y'"}})");
}

TEST(MessagesTest, broken_json_has_the_words_and_the_place_of_pythons_parser) {
    for (const auto& [text, fault, offset] : {std::tuple("{", "Expecting property name enclosed in double quotes", 1),
                                              {"{\"a\":}", "Expecting value", 5},
                                              {"[1,]", "Expecting value", 3},
                                              {"", "Expecting value", 0},
                                              {"nul", "Expecting value", 0},
                                              {"\"\\x\"", "Invalid \\\\escape", 1},
                                              {"\"a", "Unterminated string starting at", 0},
                                              {"1 2", "Extra data", 2},
                                              {"{\"a\" 1}", "Expecting ':' delimiter", 5},
                                              {"{1:2}", "Expecting property name enclosed in double quotes", 1},
                                              {"01", "Extra data", 1},
                                              {"[1", "Expecting ',' delimiter", 2},
                                              {"{\"a\":1", "Expecting ',' delimiter", 6},
                                              {"\x01", "Expecting value", 0},
                                              {"\"\n\"", "Invalid control character at", 1},
                                              {"-", "Expecting value", 0},
                                              {"1.", "Extra data", 1},
                                              {"1e", "Extra data", 1},
                                              {"tru", "Expecting value", 0},
                                              {"{\"a\":1,}", "Expecting property name enclosed in double quotes", 7},
                                              {"[1 2]", "Expecting ',' delimiter", 3},
                                              {"{\"a\":1}x", "Extra data", 7},
                                              {"\"\xC3\xA9\" x", "Extra data", 4}}) {
        EXPECT_EQ(body_of<RawJson>(text),
                  R"({"detail":[{"type":"json_invalid","loc":["body",)" + std::to_string(offset) +
                      R"(],"msg":"JSON decode error","input":{},"ctx":{"error":")" + fault + "\"}}]}");
    }
}

TEST(MessagesTest, every_bad_field_is_told_at_once_in_the_order_of_the_members) {
    struct Form {
        std::string name;
        int count;
        Inner inner;
    };
    EXPECT_EQ(
        body_of<Form>(R"({"inner":{},"name":1})"),
        R"({"detail":[{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":1},)"
        R"({"type":"missing","loc":["body","count"],"msg":"Field required","input":{"inner":{},"name":1}},)"
        R"({"type":"missing","loc":["body","inner","x"],"msg":"Field required","input":{}}]})");
}

TEST(MessagesTest, the_line_for_the_log_has_places_and_no_values) {
    try {
        (void)from_json<Inner>(R"({"x":"secret"})", {"body"});
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_STREQ(error.what(), R"(1 wrong value: ["body","x"] Input should be a valid integer)");
    }
}

}  // namespace
}  // namespace chassis::model
