// The documents of JSONTestSuite (Nicolas Seriot): y_ has to be accepted, n_ refused, i_ is ours to choose.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "chassis/model/json.hpp"

namespace chassis::model {
namespace {

const std::filesystem::path folder = SOURCE_ROOT "/../shared/vectors/json";

template <class Look>
int for_each_document(std::string_view prefix, Look look) {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with(prefix) || !name.ends_with(".json")) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        look(name, std::string{std::istreambuf_iterator<char>(file), {}});
        ++count;
    }
    return count;
}

class JsonSuiteTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the vectors are not beside the project: " << folder;
    }
};

TEST_F(JsonSuiteTest, what_is_json_is_accepted_and_kept_as_it_is) {
    const int count = for_each_document("y_", [](const std::string& name, const std::string& text) {
        try {
            EXPECT_NE(text.find(from_json<RawJson>(text).text), std::string::npos) << name;
        } catch (const ValidationError& error) {
            ADD_FAILURE() << name << ": " << error.what();
        }
    });
    EXPECT_EQ(count, 95);
}

TEST_F(JsonSuiteTest, what_is_not_json_is_refused_with_its_place) {
    const int count = for_each_document("n_", [](const std::string& name, const std::string& text) {
        try {
            (void)from_json<RawJson>(text, {"body"});
            ADD_FAILURE() << name << " was accepted";
        } catch (const ValidationError& error) {
            ASSERT_EQ(error.errors.size(), 1u) << name;
            const FieldError& problem = error.errors.front();
            EXPECT_EQ(problem.type, "json_invalid") << name;
            ASSERT_EQ(problem.loc.size(), 2u) << name;
            const auto* offset = std::get_if<std::int64_t>(&problem.loc[1]);
            ASSERT_NE(offset, nullptr) << name;
            EXPECT_GE(*offset, 0) << name;
            EXPECT_LE(*offset, static_cast<std::int64_t>(text.size())) << name;
            EXPECT_NO_THROW((void)from_json<RawJson>(error.body())) << name;
        }
    });
    EXPECT_EQ(count, 188);
}

TEST_F(JsonSuiteTest, what_the_standard_leaves_open_is_read_or_refused_for_every_type) {
    const auto read = []<class T>(std::type_identity<T>, const std::string& text) {
        try {
            (void)from_json<T>(text);
        } catch (const ValidationError& error) {
            EXPECT_NO_THROW((void)from_json<RawJson>(error.body()));
        }
    };
    const int count = for_each_document("i_", [&](const std::string&, const std::string& text) {
        read(std::type_identity<RawJson>{}, text);
        read(std::type_identity<std::vector<double>>{}, text);
        read(std::type_identity<std::vector<std::int64_t>>{}, text);
        read(std::type_identity<std::vector<Decimal>>{}, text);
        read(std::type_identity<std::vector<std::string>>{}, text);
        read(std::type_identity<std::variant<double, std::vector<std::string>>>{}, text);
    });
    EXPECT_EQ(count, 35);
}

}  // namespace
}  // namespace chassis::model
