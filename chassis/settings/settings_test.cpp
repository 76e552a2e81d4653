#include "chassis/settings/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace chassis::settings {
namespace {

struct Shop {
    std::string database_url;
    int page_size = 20;
    std::optional<std::string> banner;
    std::vector<std::string> origins;
    Secret key;
    static void rules(Rules<Shop>& field) {
        field(&Shop::page_size).has_default().at_least(1).at_most(100);
        field(&Shop::origins).has_default();
    }
};

Sources complete() {
    Sources sources;
    sources.set_variable("DATABASE_URL", "sqlite:shop.db").set_variable("KEY", "k");
    return sources;
}

// A file that is there for one test.
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string& text)
        : path_(testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt") {
        std::ofstream(path_) << text;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

std::string error_of(const Sources& sources) {
    try {
        (void)load<Shop>(sources);
    } catch (const SettingsError& error) {
        return error.what();
    }
    return "";
}

TEST(SettingsTest, the_environment_is_read_by_the_members_names_in_capitals) {
    const auto shop = load<Shop>(complete().set_variable("PAGE_SIZE", "50").set_variable("BANNER", "Sale"));
    EXPECT_EQ(shop.database_url, "sqlite:shop.db");
    EXPECT_EQ(shop.page_size, 50);
    EXPECT_EQ(shop.banner, "Sale");
    EXPECT_EQ(shop.key.reveal(), "k");
}

TEST(SettingsTest, what_has_a_default_may_be_left_out) {
    const auto shop = load<Shop>(complete());
    EXPECT_EQ(shop.page_size, 20);
    EXPECT_EQ(shop.banner, std::nullopt);
    EXPECT_TRUE(shop.origins.empty());
}

TEST(SettingsTest, everything_that_is_wrong_is_said_at_once_by_name) {
    EXPECT_EQ(error_of(Sources().set_variable("PAGE_SIZE", "200")),
              "the settings are wrong:\n"
              "  DATABASE_URL is not set, and it has no default\n"
              "  PAGE_SIZE: Input should be less than or equal to 100, it is \"200\"\n"
              "  KEY is not set, and it has no default");
}

TEST(SettingsTest, the_environment_goes_before_the_file) {
    auto sources = complete();
    sources.add_yaml("database_url: from the file\npage_size: 30\n", "shop.yaml");
    const auto shop = load<Shop>(sources);
    EXPECT_EQ(shop.database_url, "sqlite:shop.db");
    EXPECT_EQ(shop.page_size, 30);
}

TEST(SettingsTest, nested_names_in_the_file_are_joined) {
    Sources sources;
    sources.add_yaml("database:\n  url: sqlite:x\nkey: k\norigins: [a, b]\nbanner:\n", "shop.yaml");
    const auto shop = load<Shop>(sources);
    EXPECT_EQ(shop.database_url, "sqlite:x");
    EXPECT_THAT(shop.origins, testing::ElementsAre("a", "b"));
    EXPECT_EQ(shop.banner, std::nullopt);
}

TEST(SettingsTest, a_list_in_the_environment_is_separated_by_commas) {
    EXPECT_THAT(load<Shop>(complete().set_variable("ORIGINS", "a, b,c")).origins, testing::ElementsAre("a", "b", "c"));
    EXPECT_THAT(load<Shop>(complete().set_variable("ORIGINS", "")).origins, testing::IsEmpty());
}

TEST(SettingsTest, a_secret_comes_from_a_file_without_its_line_end) {
    const TemporaryFile file("s3cret\n");
    Sources sources;
    sources.set_variable("DATABASE_URL", "x").set_variable("KEY_FILE", file.path());
    EXPECT_EQ(load<Shop>(sources).key.reveal(), "s3cret");
}

TEST(SettingsTest, a_secret_given_twice_or_from_no_file_is_an_error) {
    EXPECT_EQ(error_of(complete().set_variable("KEY_FILE", "/none")),
              "the settings are wrong:\n  KEY and KEY_FILE are both set: unset one of them");
    EXPECT_EQ(error_of(Sources().set_variable("DATABASE_URL", "x").set_variable("KEY_FILE", "/none/there")),
              "the settings are wrong:\n  KEY_FILE: cannot read /none/there");
}

TEST(SettingsTest, a_misspelt_key_of_the_file_is_found) {
    auto sources = complete();
    sources.add_yaml("page_size: 3\npage_sise: 4\n", "shop.yaml");
    (void)load<Shop>(sources);
    EXPECT_THAT(sources.unused(), testing::ElementsAre("page_sise"));
}

TEST(SettingsTest, a_file_that_is_no_mapping_is_refused) {
    EXPECT_THROW(Sources().add_yaml("- a\n- b\n", "shop.yaml"), SettingsError);
    EXPECT_THROW(Sources().add_yaml("a: [", "shop.yaml"), SettingsError);
    EXPECT_THROW(Sources().add_yaml("a: [{b: c}]", "shop.yaml"), SettingsError);
    EXPECT_THROW(Sources().add_yaml("a_b: 1\na: {b: 2}\n", "shop.yaml"), SettingsError);
    EXPECT_NO_THROW(Sources().add_yaml("", "shop.yaml"));
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept HasText = requires(const T& value) { to_string(value); };

TEST(SecretTest, cannot_be_printed) {
    static_assert(!Printable<Secret>);
    static_assert(!HasText<Secret>);
    static_assert(!std::convertible_to<Secret, std::string_view>);
}

}  // namespace
}  // namespace chassis::settings
