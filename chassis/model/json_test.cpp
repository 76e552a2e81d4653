#include "chassis/model/json.hpp"

#include <gtest/gtest.h>

#include <map>

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

TEST(JsonTest, every_kind_of_member_is_written_as_it_was_read) {
    EXPECT_EQ(to_json(from_json<Everything>(everything_text)), everything_text);
}

}  // namespace
}  // namespace chassis::model
