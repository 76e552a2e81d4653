#include "chassis/model/reflection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chassis/model/enums.hpp"

namespace outside {
struct Product {
    int id;
    std::string name;
};
enum class Colour { red, green = 5, blue };
}  // namespace outside

namespace chassis::model {

enum class Level { low = -1, high = 1000 };
template <>
struct EnumNames<Level> {
    static constexpr std::array values{std::pair{Level::low, std::string_view("LOW")},
                                       std::pair{Level::high, std::string_view("HIGH")}};
};

namespace {

using testing::ElementsAre;

struct Tree {
    std::optional<std::string> note;
    std::vector<Tree> children;
    std::map<std::string, outside::Product> by_name;
    std::variant<outside::Product, int> either;
    std::array<int, 3> three;
    outside::Product nested;
    double with_value = 1.5;
    bool b0;
};
struct Empty {};
struct One {
    std::string only;
};
struct Hundred {
    int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
    int c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9;
    int e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9;
    int g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9;
    int i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, j0, j1, j2, j3, j4, j5, j6, j7, j8, j9;
};

TEST(ReflectionTest, names_are_those_in_the_source_in_their_order) {
    EXPECT_THAT(names<Tree>(),
                ElementsAre("note", "children", "by_name", "either", "three", "nested", "with_value", "b0"));
    EXPECT_THAT(names<outside::Product>(), ElementsAre("id", "name"));
    EXPECT_THAT(names<One>(), ElementsAre("only"));
    EXPECT_EQ(member_count<Empty>, 0u);
}

TEST(ReflectionTest, a_hundred_members_are_not_too_many) {
    EXPECT_EQ(names<Hundred>().front(), "a0");
    EXPECT_EQ(names<Hundred>().back(), "j9");
}

TEST(ReflectionTest, a_struct_inside_a_function_has_names_too) {
    struct Local {
        int first;
        std::string second;
    };
    EXPECT_THAT(names<Local>(), ElementsAre("first", "second"));
}

TEST(ReflectionTest, members_are_visited_in_order_and_may_be_changed) {
    outside::Product product{1, "Socks"};
    std::string visited;
    for_each_member(product, [&]<class M>(std::string_view name, M& value) {
        visited += name;
        if constexpr (std::same_as<M, int>) value = 2;
    });
    EXPECT_EQ(visited, "idname");
    EXPECT_EQ(product.id, 2);
    member<1>(product) = "Hat";
    EXPECT_EQ(product.name, "Hat");
    static_assert(std::same_as<MemberType<outside::Product, 1>, std::string>);
}

TEST(ReflectionTest, a_type_is_named_without_its_namespaces) {
    EXPECT_EQ(type_name<outside::Product>(), "Product");
    EXPECT_EQ(full_type_name<outside::Product>(), "outside::Product");
    EXPECT_EQ(type_name<int>(), "int");
}

TEST(EnumsTest, names_are_those_in_the_source) {
    EXPECT_THAT(enum_names<outside::Colour>(), ElementsAre("red", "green", "blue"));
    EXPECT_EQ(enum_name(outside::Colour::blue), "blue");
    EXPECT_EQ(enum_value<outside::Colour>("green"), outside::Colour::green);
    EXPECT_EQ(enum_value<outside::Colour>("Green"), std::nullopt);
}

enum class Hidden { one = 1, hundred = 100 };

TEST(EnumsTest, where_the_enum_stands_does_not_matter) {
    enum class Local { here, there };
    EXPECT_THAT(enum_names<Hidden>(), ElementsAre("one", "hundred"));
    EXPECT_THAT(enum_names<Local>(), ElementsAre("here", "there"));
    EXPECT_EQ(enum_name(Hidden::hundred), "hundred");
}

TEST(EnumsTest, other_values_and_names_are_said_in_a_table) {
    EXPECT_EQ(enum_name(Level::low), "LOW");
    EXPECT_EQ(enum_value<Level>("HIGH"), Level::high);
}

TEST(EnumsTest, a_value_without_a_name_throws_and_says_which) {
    try {
        (void)enum_name(static_cast<outside::Colour>(3));
        FAIL();
    } catch (const ModelError& error) {
        EXPECT_STREQ(error.what(), "the value 3 of the enum Colour has no name");
    }
}

}  // namespace
}  // namespace chassis::model
