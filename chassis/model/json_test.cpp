#include "chassis/model/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <unordered_map>

namespace chassis::model {
namespace {

enum class State { pending, paid, refunded };

struct Line {
    int product_id;
    int quantity = 1;
    static void rules(Rules<Line>& field) { field(&Line::quantity).has_default().at_least(1); }
};

struct Everything {
    bool flag;
    std::int8_t small;
    std::uint64_t large;
    double real;
    std::string text;
    State state;
    std::optional<std::string> note;
    std::vector<Line> lines;
    std::array<int, 2> pair;
    std::map<std::string, int> by_name;
    std::map<int, Line> by_number;
    std::variant<int, std::string> either;
    Uuid uuid;
    Id<struct ThingTag> id;
    Money money;
    Time time;
    Decimal decimal;
    RawJson raw;
    std::vector<Everything> children;
};

constexpr std::string_view everything_text =
    R"({"flag":true,"small":-128,"large":18446744073709551615,"real":1.5,"text":"a\"b\\c\n\u0001é","state":"paid",)"
    R"("note":null,"lines":[{"product_id":1,"quantity":2}],"pair":[1,2],"by_name":{"a":1,"b":2},)"
    R"("by_number":{"7":{"product_id":3,"quantity":1}},"either":"x","uuid":"01890a5d-ac96-774b-bcce-b302099a8057",)"
    R"("id":42,"money":{"amount":1299,"currency":"EUR"},"time":"2024-02-29T12:34:56.000007Z","decimal":12.90,)"
    R"("raw":{"any":[1,null]},"children":[]})";

template <class T>
std::string problem_of(std::string_view text) {
    try {
        (void)from_json<T>(text);
    } catch (const ValidationError& error) {
        return error.errors.front().type;
    }
    return "";
}

TEST(JsonTest, every_kind_of_member_is_written_as_it_was_read) {
    EXPECT_EQ(to_json(from_json<Everything>(everything_text)), everything_text);
}

TEST(JsonTest, blanks_and_the_order_of_members_do_not_matter) {
    const auto line = from_json<Line>(" \r\n{ \"quantity\" :\t2 , \"product_id\" : 1 } ");
    EXPECT_EQ(line.product_id, 1);
    EXPECT_EQ(line.quantity, 2);
}

TEST(JsonTest, an_unknown_key_is_ignored_with_all_that_is_in_it) {
    EXPECT_EQ(from_json<Line>(R"({"x":{"product_id":[1,{"y":"}"}]},"product_id":7})").product_id, 7);
}

TEST(JsonTest, a_member_with_a_default_may_be_left_out_and_keeps_its_initialiser) {
    EXPECT_EQ(from_json<Line>(R"({"product_id":1})").quantity, 1);
    EXPECT_EQ(problem_of<Line>(R"({"quantity":1})"), "missing");
}

TEST(JsonTest, an_optional_member_may_be_left_out_or_null) {
    struct Note {
        std::optional<int> value;
    };
    EXPECT_EQ(from_json<Note>("{}").value, std::nullopt);
    EXPECT_EQ(from_json<Note>(R"({"value":null})").value, std::nullopt);
    EXPECT_EQ(from_json<Note>(R"({"value":0})").value, 0);
    EXPECT_EQ(to_json(Note{}), R"({"value":null})");
}

TEST(JsonTest, whole_numbers_are_integers_however_they_are_written) {
    for (const char* text : {"100", "100.0", "1e2", "1E+2", "10.0e1", "1000e-1", "0.1e3", "100.000"}) {
        EXPECT_EQ(from_json<int>(text), 100) << text;
    }
    EXPECT_EQ(from_json<int>("-0"), 0);
    EXPECT_EQ(from_json<int>("0e999999999999999999"), 0);
    EXPECT_EQ(from_json<int>("-0.000e-5"), 0);
}

TEST(JsonTest, what_is_no_whole_number_is_no_integer) {
    EXPECT_EQ(problem_of<int>("1.5"), "int_from_float");
    EXPECT_EQ(problem_of<int>("1e-1"), "int_from_float");
    EXPECT_EQ(problem_of<int>("1e-999999999999999999999"), "int_from_float");
    for (const char* text : {"\"1\"", "true", "null", "[]", "{}"}) EXPECT_EQ(problem_of<int>(text), "int_type") << text;
}

TEST(JsonTest, every_integer_type_ends_where_it_ends) {
    EXPECT_EQ(from_json<std::int64_t>("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(from_json<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(from_json<std::uint64_t>("18446744073709551615.0"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(problem_of<std::int64_t>("9223372036854775808"), "less_than_equal");
    EXPECT_EQ(problem_of<std::int64_t>("-9223372036854775809"), "greater_than_equal");
    EXPECT_EQ(problem_of<std::uint64_t>("18446744073709551616"), "less_than_equal");
    EXPECT_EQ(problem_of<std::uint64_t>("1e20"), "less_than_equal");
    EXPECT_EQ(problem_of<std::uint64_t>("1e999999999999999999999"), "less_than_equal");
    EXPECT_EQ(problem_of<std::uint8_t>("-1"), "greater_than_equal");
    EXPECT_EQ(from_json<std::uint8_t>("255"), 255);
    EXPECT_EQ(problem_of<std::int16_t>("32768"), "less_than_equal");
}

TEST(JsonTest, numbers_come_back_bit_for_bit) {
    for (const double number : {0.1, -12.99, 1e-300, 5e-324, 1.7976931348623157e308, 123456789.123456789, 0.0}) {
        EXPECT_EQ(from_json<double>(to_json(number)), number);
    }
}

TEST(JsonTest, a_number_that_is_too_large_is_refused_and_one_that_is_too_small_is_zero) {
    EXPECT_EQ(problem_of<double>("1e400"), "finite_number");
    EXPECT_EQ(problem_of<double>("-1e400"), "finite_number");
    EXPECT_EQ(problem_of<float>("1e39"), "finite_number");
    EXPECT_EQ(from_json<double>("1e-400"), 0.0);
}

TEST(JsonTest, nan_cannot_be_written_nor_read) {
    EXPECT_THROW((void)to_json(std::nan("")), std::domain_error);
    EXPECT_THROW((void)to_json(std::numeric_limits<double>::infinity()), std::domain_error);
    EXPECT_EQ(problem_of<double>("NaN"), "json_invalid");
    EXPECT_EQ(problem_of<double>("Infinity"), "json_invalid");
}

TEST(JsonTest, a_bool_is_true_or_false_and_nothing_else) {
    EXPECT_TRUE(from_json<bool>("true"));
    for (const char* text : {"1", "0", "\"true\"", "null"}) EXPECT_EQ(problem_of<bool>(text), "bool_type") << text;
}

TEST(JsonTest, every_escape_is_read) {
    EXPECT_EQ(from_json<std::string>(R"("\"\\\/\b\f\n\r\t\u00e9\uD83E\uDDE6\u0000")"),
              std::string("\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\xA7\xA6\0", 15));
}

TEST(JsonTest, broken_utf8_and_half_a_surrogate_pair_are_refused) {
    for (const char* text : {"\"\xFF\"", "\"a long text before \xC3\"", "\"\xED\xA0\x80\"", R"("\ud83e")",
                             R"("\udde6")", R"("\ud83e\u0041")", R"("\ud83ex")"}) {
        EXPECT_EQ(problem_of<std::string>(text), "json_invalid") << text;
    }
}

TEST(JsonTest, a_key_that_comes_twice_is_refused) {
    EXPECT_EQ(problem_of<Line>(R"({"product_id":1,"product_id":1})"), "json_duplicate_key");
    EXPECT_EQ(problem_of<Line>(R"({"product_id":1,"product\u005fid":1})"), "json_duplicate_key");
    EXPECT_EQ((problem_of<std::map<std::string, int>>(R"({"a":1,"a":2})")), "json_duplicate_key");
    EXPECT_EQ((problem_of<std::map<int, int>>(R"({"1":1,"1.0":2})")), "json_duplicate_key");
}

TEST(JsonTest, nesting_ends_with_an_error_and_not_with_the_stack) {
    EXPECT_EQ(problem_of<RawJson>(std::string(128, '[') + std::string(128, ']')), "");
    EXPECT_EQ(problem_of<RawJson>(std::string(129, '[') + std::string(129, ']')), "json_invalid");
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += R"({"children":[)";
    EXPECT_EQ(problem_of<Everything>(deep), "json_invalid");
}

TEST(JsonTest, a_member_may_have_another_name_on_the_wire) {
    struct Renamed {
        int plain;
        std::string kind;
        static void rules(Rules<Renamed>& field) { field(&Renamed::kind).name("@type"); }
    };
    EXPECT_EQ(to_json(Renamed{1, "x"}), R"({"plain":1,"@type":"x"})");
    EXPECT_EQ(from_json<Renamed>(R"({"plain":1,"@type":"y"})").kind, "y");
    EXPECT_EQ(problem_of<Renamed>(R"({"plain":1,"kind":"y"})"), "missing");
}

TEST(JsonTest, two_members_of_one_wire_name_are_a_mistake_of_the_program) {
    struct Twice {
        int a;
        int b;
        static void rules(Rules<Twice>& field) { field(&Twice::b).name("a"); }
    };
    EXPECT_THROW((void)from_json<Twice>("{}"), ModelError);
}

TEST(JsonTest, maps_have_any_key_that_is_text) {
    using ById = std::map<Uuid, int>;
    const std::string text = R"({"01890a5d-ac96-774b-bcce-b302099a8057":1})";
    EXPECT_EQ(to_json(from_json<ById>(text)), text);
    using ByState = std::map<State, int>;
    EXPECT_EQ(to_json(from_json<ByState>(R"({"refunded":2,"pending":1})")), R"({"pending":1,"refunded":2})");
    EXPECT_EQ((from_json<std::unordered_map<std::string, int>>(R"({"a":1})").at("a")), 1);
}

struct Card {
    static constexpr std::string_view tag = "card";
    std::string number;
};
struct Cash {
    static constexpr std::string_view tag = "cash";
    int amount;
};
using Payment = std::variant<Card, Cash>;

TEST(JsonTest, a_tagged_variant_is_told_by_its_type_wherever_that_stands) {
    EXPECT_EQ(to_json(Payment{Cash{5}}), R"({"type":"cash","amount":5})");
    EXPECT_EQ(std::get<Cash>(from_json<Payment>(R"({"amount":5,"more":[{}],"type":"cash"})")).amount, 5);
    EXPECT_EQ(std::get<Card>(from_json<Payment>(R"({"type":"card","number":"1"})")).number, "1");
}

TEST(JsonTest, a_plain_variant_is_the_first_alternative_that_fits) {
    using Value = std::variant<int, double, std::string, std::vector<int>, Line>;
    for (const auto& [text, index] :
         {std::pair("1", 0u), {"1.5", 1u}, {"\"1\"", 2u}, {"[1]", 3u}, {R"({"product_id":1})", 4u}}) {
        EXPECT_EQ(from_json<Value>(text).index(), index) << text;
    }
}

TEST(JsonTest, an_exact_decimal_keeps_every_digit) {
    struct Price {
        Decimal price;
    };
    for (const char* text :
         {R"({"price":12.99})", R"({"price":0.1234567890123456789012345678901})", R"({"price":-5})"}) {
        EXPECT_EQ(to_json(from_json<Price>(text)), text);
    }
    EXPECT_EQ(to_json(from_json<Price>(R"({"price":1.5e3})")), R"({"price":1500})");
    EXPECT_EQ(problem_of<Price>(R"({"price":1e1000})"), "decimal_max_digits");
    EXPECT_EQ(problem_of<Price>(R"({"price":"1"})"), "decimal_type");
}

TEST(JsonTest, money_is_whole_minor_units_of_a_known_currency) {
    EXPECT_EQ(from_json<Money>(R"({"amount":1299,"currency":"EUR"})"), Money(1299, "EUR"));
    EXPECT_EQ(problem_of<Money>(R"({"amount":12.99,"currency":"EUR"})"), "int_from_float");
    EXPECT_EQ(problem_of<Money>(R"({"amount":1299,"currency":"EURO"})"), "value_error");
    EXPECT_EQ(problem_of<Money>(R"({"amount":1299})"), "missing");
}

TEST(JsonTest, text_that_is_not_all_json_is_refused_even_when_a_field_was_wrong_before) {
    EXPECT_EQ(problem_of<Line>(R"({"product_id":"x"} x)"), "json_invalid");
    EXPECT_EQ(problem_of<Line>(R"({"product_id":"x")"), "json_invalid");
}

TEST(JsonTest, a_small_body_cannot_ask_for_a_huge_reply) {
    std::string many = "[";
    for (int i = 0; i < 100'000; ++i) many += "\"x\",";
    many += "\"x\"]";
    try {
        (void)from_json<std::vector<int>>(many);
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.errors.size(), 1000u);
    }
    try {
        (void)from_json<int>('"' + std::string(1'000'000, 'x') + '"');
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.errors.front().input, "null");
    }
}

TEST(JsonTest, a_value_of_an_enum_without_a_name_is_a_mistake_of_the_program) {
    EXPECT_THROW((void)to_json(static_cast<State>(99)), ModelError);
}

}  // namespace
}  // namespace chassis::model
