#include "chassis/model/check_defaults.hpp"

#include <gtest/gtest.h>

#include <map>

namespace chassis::model {
namespace {

enum class State { fresh, old };

struct Sound {
    int zero = 0;
    std::string empty;
    int five = 5;
    State state = State::fresh;
    std::optional<int> none;
    std::array<int, 2> pair;
    Money money;
    Uuid id;
    Time time;
    static void rules(Rules<Sound>& field) { field(&Sound::five).has_default(); }
};
struct Number {
    int stock = 5;
};
struct Text {
    std::string currency = "EUR";
};
struct Enum {
    State state = State::old;
};
struct Optional {
    std::optional<int> limit = 0;
};
struct Inner {
    int a;
    int b;
};
struct Nested {
    Inner inner{1, 2};
};
struct Inside {
    std::vector<std::map<std::string, std::optional<Number>>> deep;
};
struct Alternative {
    std::variant<int, Text> either;
};
struct Recursive {
    std::vector<Recursive> children;
    Sound sound;
};
struct BadPattern {
    std::string name;
    static void rules(Rules<BadPattern>& field) { field(&BadPattern::name).matches("("); }
};

template <class T>
std::string mistake_in() {
    try {
        check_defaults<T>();
    } catch (const ModelError& error) {
        return error.what();
    }
    return "";
}

TEST(CheckDefaultsTest, a_member_that_begins_with_zero_or_has_a_default_is_well) {
    EXPECT_EQ(mistake_in<Sound>(), "");
    EXPECT_EQ(mistake_in<Recursive>(), "");
}

TEST(CheckDefaultsTest, an_initialiser_without_has_default_is_found_and_named) {
    EXPECT_EQ(
        mistake_in<Number>(),
        "Number::stock has an initialiser but no has_default(): say field(&Number::stock).has_default() in rules() "
        "when it may be left out, or take the initialiser away");
    EXPECT_TRUE(mistake_in<Text>().starts_with("Text::currency has"));
    EXPECT_TRUE(mistake_in<Enum>().starts_with("Enum::state has"));
    EXPECT_TRUE(mistake_in<Optional>().starts_with("Optional::limit has"));
    EXPECT_TRUE(mistake_in<Nested>().starts_with("Nested::inner has"));
}

TEST(CheckDefaultsTest, models_inside_of_others_are_looked_at) {
    EXPECT_TRUE(mistake_in<Inside>().starts_with("Number::stock has"));
    EXPECT_TRUE(mistake_in<Alternative>().starts_with("Text::currency has"));
    EXPECT_TRUE(mistake_in<std::vector<Number>>().starts_with("Number::stock has"));
}

TEST(CheckDefaultsTest, a_rule_that_cannot_be_is_found_as_well) {
    EXPECT_TRUE(mistake_in<BadPattern>().starts_with("cannot read the pattern"));
}

}  // namespace
}  // namespace chassis::model
