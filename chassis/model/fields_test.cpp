#include "chassis/model/fields.hpp"

#include <gtest/gtest.h>

#include <map>

namespace chassis::model {
namespace {

class Fields final : public FieldSource {
  public:
    Fields(std::initializer_list<std::pair<const std::string, std::string>> fields) : fields_(fields) {}
    void values(std::string_view name, std::vector<std::string_view>& out) const override {
        const auto [begin, end] = fields_.equal_range(std::string(name));
        for (auto field = begin; field != end; ++field) out.push_back(field->second);
    }

  private:
    std::multimap<std::string, std::string> fields_;
};

enum class Order { name, price };

struct Search {
    std::string text;
    std::optional<int> after;
    int limit = 20;
    Order order = Order::price;
    std::vector<int> ids;
    static void rules(Rules<Search>& field) {
        field(&Search::limit).has_default().at_least(1).at_most(100);
        field(&Search::order).has_default();
        field(&Search::ids).has_default().length(0, 2);
    }
};

template <class T>
std::string error_of(std::string_view text) {
    try {
        (void)from_text<T>(text, {"path", "id"});
    } catch (const ValidationError& error) {
        return error.body();
    }
    return "accepted";
}

TEST(FieldsTest, text_is_read_as_pydantic_reads_it) {
    for (const char* text : {"1", " 1 ", "+1", "1.0", "1.000", "0001", "1\n"})
        EXPECT_EQ(from_text<int>(text, {}), 1) << text;
    EXPECT_EQ(from_text<int>("1_000", {}), 1000);
    EXPECT_EQ(from_text<int>("-7", {}), -7);
    EXPECT_EQ(from_text<double>(" 1e3 ", {}), 1000.0);
    EXPECT_EQ(from_text<double>(".5", {}), 0.5);
    for (const char* text : {"1", "true", "TRUE", "yes", "oN", "t", "Y"})
        EXPECT_TRUE(from_text<bool>(text, {})) << text;
    for (const char* text : {"0", "false", "no", "OFF", "f", "n"}) EXPECT_FALSE(from_text<bool>(text, {})) << text;
    EXPECT_EQ(from_text<Order>("price", {}), Order::price);
    EXPECT_EQ((from_text<Id<struct Tag>>("42", {}).value), 42);
    EXPECT_EQ(from_text<Decimal>("12.99", {}).text(), "12.99");
}

TEST(FieldsTest, text_that_cannot_be_read_has_fastapis_error) {
    for (const char* text : {"x", "1.5", "", "0x1", "--1", "1__0", "_1", "1_", "+-1", "1.", "1e2", "true"}) {
        EXPECT_EQ(
            error_of<int>(text),
            R"({"detail":[{"type":"int_parsing","loc":["path","id"],"msg":"Input should be a valid integer, unable to )"
            R"(parse string as an integer","input":")" +
                std::string(text) + "\"}]}");
    }
    EXPECT_EQ(
        error_of<int>("2147483648"),
        R"({"detail":[{"type":"less_than_equal","loc":["path","id"],"msg":"Input should be less than or equal to )"
        R"(2147483647","input":"2147483648","ctx":{"le":2147483647}}]})");
    EXPECT_EQ(
        error_of<double>("x"),
        R"({"detail":[{"type":"float_parsing","loc":["path","id"],"msg":"Input should be a valid number, unable to )"
        R"(parse string as a number","input":"x"}]})");
    EXPECT_EQ(
        error_of<double>("nan"),
        R"({"detail":[{"type":"finite_number","loc":["path","id"],"msg":"Input should be a finite number","input":"nan"}]})");
    EXPECT_EQ(
        error_of<bool>("2"),
        R"({"detail":[{"type":"bool_parsing","loc":["path","id"],"msg":"Input should be a valid boolean, unable to )"
        R"(interpret input","input":"2"}]})");
    EXPECT_EQ(
        error_of<std::string>("\xFF"),
        R"({"detail":[{"type":"string_unicode","loc":["path","id"],"msg":"Input should be a valid string, unable to )"
        "parse raw data as a unicode string\",\"input\":\"\xEF\xBF\xBD\"}]}");
}

TEST(FieldsTest, a_struct_is_filled_by_name) {
    const Fields fields{{"text", "socks"}, {"after", "3"}, {"ids", "1"}, {"ids", "2"}, {"unknown", "x"}};
    const auto search = from_fields<Search>(fields, "query");
    EXPECT_EQ(search.text, "socks");
    EXPECT_EQ(search.after, 3);
    EXPECT_EQ(search.limit, 20);
    EXPECT_EQ(search.order, Order::price);
    EXPECT_EQ(search.ids, (std::vector{1, 2}));
}

TEST(FieldsTest, of_several_values_a_single_member_takes_the_last) {
    EXPECT_EQ(from_fields<Search>(Fields{{"text", "a"}, {"text", "b"}}, "query").text, "b");
}

TEST(FieldsTest, every_bad_field_is_told_with_its_place) {
    const Fields fields{{"after", "x"}, {"limit", "101"}, {"ids", "1"}, {"ids", "y"}};
    try {
        (void)from_fields<Search>(fields, "query");
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(
            error.body(),
            R"({"detail":[{"type":"missing","loc":["query","text"],"msg":"Field required","input":null},)"
            R"({"type":"int_parsing","loc":["query","after"],"msg":"Input should be a valid integer, unable to parse )"
            R"(string as an integer","input":"x"},)"
            R"({"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less than or equal to 100",)"
            R"("input":"101","ctx":{"le":100}},)"
            R"({"type":"int_parsing","loc":["query","ids",1],"msg":"Input should be a valid integer, unable to parse )"
            R"(string as an integer","input":"y"}]})");
    }
}

TEST(FieldsTest, a_list_has_rules_as_well) {
    EXPECT_THROW((void)from_fields<Search>(Fields{{"text", "a"}, {"ids", "1"}, {"ids", "2"}, {"ids", "3"}}, "query"),
                 ValidationError);
}

TEST(FieldsTest, a_headers_underscores_are_sent_as_hyphens) {
    struct Agent {
        std::string user_agent;
    };
    EXPECT_EQ(from_fields<Agent>(Fields{{"user-agent", "x"}}, "header", Naming::header).user_agent, "x");
    EXPECT_THROW((void)from_fields<Agent>(Fields{{"user_agent", "x"}}, "header", Naming::header), ValidationError);
}

}  // namespace
}  // namespace chassis::model
