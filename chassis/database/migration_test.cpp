#include <gtest/gtest.h>

#include "chassis/database/temporary_database.hpp"

namespace chassis::database {
namespace {

using Steps = std::vector<Migration>;

const Migration catalog{"001_catalog",
                        "CREATE TABLE products (id BIGINT PRIMARY KEY); INSERT INTO products VALUES (1);"};
const Migration stock{"002_stock", "-- how many there are\nALTER TABLE products ADD COLUMN stock BIGINT;\n"};
const Migration broken{"003_broken", "INSERT INTO products (id) VALUES (2); INSERT INTO nowhere VALUES (1);"};
const Migration later{"004_later", "CREATE TABLE later (id BIGINT)"};

class MigrationTest : public testing::Test {
  protected:
    std::string error_of(const Steps& steps) {
        try {
            database->migrate(steps);
            return "";
        } catch (const MigrationError& error) {
            return error.what();
        }
    }
    std::int64_t products() {
        return *database->read_blocking(
            [](Connection& db) { return db.one<std::int64_t>("SELECT COUNT(*) FROM products"); });
    }

    TemporaryDatabase file;
    std::unique_ptr<Database> database = file.open();
};

TEST_F(MigrationTest, each_runs_once_whatever_the_number_of_starts) {
    database->migrate(Steps{catalog});
    database->migrate(Steps{stock, catalog});
    database.reset();
    database = file.open();
    database->migrate(Steps{catalog, stock});
    EXPECT_EQ(products(), 1);
    EXPECT_EQ(
        database
            ->read_blocking([](Connection& db) { return db.all<int>("SELECT 1 FROM products WHERE stock IS NULL"); })
            .size(),
        1u);
}

TEST_F(MigrationTest, one_that_fails_leaves_nothing_and_keeps_those_before) {
    std::string error = error_of({catalog, stock, broken});
    EXPECT_NE(error.find("003_broken"), std::string::npos);
    EXPECT_NE(error.find("nowhere"), std::string::npos) << error;
    EXPECT_EQ(products(), 1);
    EXPECT_EQ(error_of({catalog, stock, {"003_broken", "INSERT INTO products (id) VALUES (2)"}}), "");
    EXPECT_EQ(products(), 2);
}

TEST_F(MigrationTest, a_changed_one_stops_the_start) {
    database->migrate(Steps{catalog, stock});
    std::string error = error_of({{"001_catalog", "CREATE TABLE products (id TEXT)"}, stock});
    EXPECT_NE(error.find("001_catalog of service was changed"), std::string::npos) << error;
}

TEST_F(MigrationTest, a_missing_one_stops_the_start) {
    database->migrate(Steps{catalog, stock});
    std::string error = error_of({stock});
    EXPECT_NE(error.find("001_catalog of service was applied to this database and is missing"), std::string::npos)
        << error;
}

TEST_F(MigrationTest, one_that_comes_in_between_stops_the_start) {
    database->migrate(Steps{catalog, later});
    std::string error = error_of({catalog, stock, later});
    EXPECT_NE(error.find("002_stock of service comes before 004_later"), std::string::npos) << error;
}

TEST_F(MigrationTest, the_version_before_starts_on_a_newer_schema) {
    database->migrate(Steps{catalog, stock, later});
    EXPECT_EQ(error_of({catalog, stock}), "");
}

TEST_F(MigrationTest, an_engines_own_file_takes_the_place_of_the_common_one) {
    database->migrate(Steps{{"001_own", "CREATE TABLE common (id BIGINT)"},
                            {"001_own", "CREATE TABLE only_sqlite (id BIGINT)", "sqlite"},
                            {"001_own", "CREATE TABLE only_postgresql (id BIGINT)", "postgresql"}});
    EXPECT_EQ(database->read_blocking([](Connection& db) {
        return db.all<std::string>("SELECT name FROM sqlite_master WHERE name LIKE 'only%' OR name = 'common'");
    }),
              std::vector<std::string>{"only_sqlite"});
}

TEST_F(MigrationTest, modules_have_histories_of_their_own) {
    database->migrate(Steps{catalog}, "product");
    EXPECT_NO_THROW(database->migrate(Steps{{"001_catalog", "CREATE TABLE other (id BIGINT)"}}, "messaging"));
}

TEST_F(MigrationTest, one_cannot_leave_its_transaction) {
    EXPECT_NE(error_of({{"001_a", "CREATE TABLE a (id BIGINT); COMMIT; CREATE TABLE b (id BIGINT)"}}), "");
    EXPECT_NE(error_of({{"001_a", "PRAGMA foreign_keys = OFF"}}), "");
}

}  // namespace
}  // namespace chassis::database
