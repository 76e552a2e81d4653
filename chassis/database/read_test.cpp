// What read() promises: snapshots, rows by name, placeholders by number, lists.
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "chassis/database/temporary_database.hpp"

namespace chassis::database {
namespace {

enum class State { pending, paid };

struct Address {
    std::string street;
    int number;
};

struct Order {
    std::int64_t id;
    std::optional<std::string> note;
    Money total;
    State state;
    bool gift;
    double weight;
    Uuid customer;
    Time created_at;
    Address address;
    std::optional<Address> second_address;
    Id<struct ProductTag> product;
};

constexpr const char* select_order =
    "SELECT address_number, address_street, NULL AS second_address_street, NULL AS second_address_number, id, note, "
    "total_currency, total_amount, state, gift, weight, customer, created_at, product FROM orders";

class ReadTest : public testing::Test {
  protected:
    void SetUp() override {
        database->write_blocking([&](Transaction& tx) {
            tx.run(
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, note TEXT, total_amount BIGINT NOT NULL, "
                "total_currency TEXT NOT NULL, state TEXT NOT NULL, gift BOOLEAN NOT NULL, weight REAL NOT NULL, "
                "customer TEXT NOT NULL, created_at BIGINT NOT NULL, address_street TEXT NOT NULL, "
                "address_number BIGINT NOT NULL, product BIGINT NOT NULL)");
            insert(tx, 1);
        });
    }
    void insert(Transaction& tx, std::int64_t id) {
        tx.run(
            "INSERT INTO orders (customer, id, note, total_amount, total_currency, state, gift, weight, created_at, "
            "address_street, address_number, product) VALUES ($7, $1, $2, $3, $4, $5, $6, 1.5, $8, 'Main Street', "
            "$9, $10)",
            id, std::optional<std::string>{}, std::int64_t{1299}, Currency("EUR"), State::paid, true, customer,
            created_at, 12, Id<struct ProductTag>{77});
    }
    std::string error_of(auto&& read) {
        try {
            database->read_blocking(read);
            return "no error";
        } catch (const DatabaseError& error) {
            return error.what();
        }
    }

    const Uuid customer = Uuid::random();
    const Time created_at{std::chrono::microseconds(1'700'000'000'123'456)};
    TemporaryDatabase file;
    std::unique_ptr<Database> database = file.open();
};

TEST_F(ReadTest, columns_reach_members_by_name_in_any_order) {
    auto order = database->read_blocking([](Connection& db) { return db.one<Order>(select_order); });
    ASSERT_TRUE(order);
    EXPECT_EQ(order->id, 1);
    EXPECT_EQ(order->note, std::nullopt);
    EXPECT_EQ(order->total, Money(1299, "EUR"));
    EXPECT_EQ(order->state, State::paid);
    EXPECT_TRUE(order->gift);
    EXPECT_EQ(order->weight, 1.5);
    EXPECT_EQ(order->customer, customer);
    EXPECT_EQ(order->created_at, created_at);
    EXPECT_EQ(order->address.street, "Main Street");
    EXPECT_EQ(order->address.number, 12);
    EXPECT_FALSE(order->second_address);
    EXPECT_EQ(order->product.value, 77);
}

struct Short {
    std::int64_t id;
    std::string name;
};

TEST_F(ReadTest, a_missing_column_is_named_with_the_struct_and_what_there_is) {
    std::string error = error_of([](Connection& db) { return db.all<Short>("SELECT id, note FROM orders").size(); });
    EXPECT_NE(error.find("Short needs a column 'name', the query gives id, note"), std::string::npos) << error;
}

TEST_F(ReadTest, null_in_a_member_that_is_not_optional_is_an_error) {
    std::string error =
        error_of([](Connection& db) { return db.all<Short>("SELECT id, note AS name FROM orders").size(); });
    EXPECT_NE(error.find("'name' is NULL"), std::string::npos) << error;
}

TEST_F(ReadTest, a_value_of_another_type_or_range_is_an_error) {
    auto refuses = [&]<class T>(std::type_identity<T>, const char* sql) {
        return error_of([&](Connection& db) { return db.one<T>(sql).has_value(); }) != "no error";
    };
    EXPECT_TRUE(refuses(std::type_identity<std::int8_t>{}, "SELECT 128"));
    EXPECT_TRUE(refuses(std::type_identity<std::uint64_t>{}, "SELECT -1"));
    EXPECT_TRUE(refuses(std::type_identity<int>{}, "SELECT '1'"));
    EXPECT_TRUE(refuses(std::type_identity<int>{}, "SELECT 1.0"));
    EXPECT_TRUE(refuses(std::type_identity<std::string>{}, "SELECT 1"));
    EXPECT_TRUE(refuses(std::type_identity<bool>{}, "SELECT 2"));
    EXPECT_TRUE(refuses(std::type_identity<Uuid>{}, "SELECT 'no uuid'"));
    EXPECT_TRUE(refuses(std::type_identity<State>{}, "SELECT 'lost'"));
    EXPECT_FALSE(refuses(std::type_identity<State>{}, "SELECT 'pending'"));
}

TEST_F(ReadTest, one_gives_nothing_for_no_row_and_refuses_two) {
    EXPECT_FALSE(database->read_blocking([](Connection& db) { return db.one<int>("SELECT 1 WHERE FALSE"); }));
    EXPECT_NE(error_of([](Connection& db) { return db.one<int>("SELECT 1 UNION ALL SELECT 2").has_value(); }),
              "no error");
}

TEST_F(ReadTest, placeholders_are_bound_by_their_number) {
    auto text = database->read_blocking(
        [](Connection& db) { return db.one<std::string>("SELECT $2 || $1 || $3 || $1", "a", std::string("b"), "c"); });
    EXPECT_EQ(text, "baca");
}

TEST_F(ReadTest, arguments_and_placeholders_have_to_match) {
    EXPECT_NE(error_of([](Connection& db) { return db.one<int>("SELECT $1").has_value(); }), "no error");
    EXPECT_NE(error_of([](Connection& db) { return db.one<int>("SELECT $1", 1, 2).has_value(); }), "no error");
    EXPECT_NE(error_of([](Connection& db) { return db.one<int>("SELECT $2", 1, 2).has_value(); }), "no error");
    EXPECT_NE(error_of([](Connection& db) { return db.one<int>("SELECT ?", 1).has_value(); }), "no error");
    EXPECT_NE(error_of([](Connection& db) { return db.one<int>("SELECT $id", 1).has_value(); }), "no error");
}

TEST_F(ReadTest, a_list_stands_behind_one_placeholder) {
    database->write_blocking([&](Transaction& tx) {
        for (std::int64_t id : {2, 3, 4}) insert(tx, id);
    });
    auto ids = [&](const char* sql, auto list) {
        return database->read_blocking([&](Connection& db) { return db.all<std::int64_t>(sql, in(list), 0); });
    };
    const char* among = "SELECT id FROM orders WHERE id IN ($1) AND id > $2 ORDER BY id";
    const char* not_among = "SELECT id FROM orders WHERE id NOT IN ($1) AND id > $2 ORDER BY id";
    EXPECT_EQ(ids(among, std::vector<int>{4, 2, 9}), (std::vector<std::int64_t>{2, 4}));
    EXPECT_EQ(ids(among, std::vector<int>{}), (std::vector<std::int64_t>{}));
    EXPECT_EQ(ids(not_among, std::vector<int>{}), (std::vector<std::int64_t>{1, 2, 3, 4}));
    std::vector<std::string> names{"it's", "a \"quote\"", "back\\slash", "new\nline", "straße"};
    for (const auto& name : names) {
        auto found = database->read_blocking(
            [&](Connection& db) { return db.one<int>("SELECT 1 WHERE $2 IN ($1)", in(names), name); });
        EXPECT_TRUE(found) << name;
    }
}

TEST_F(ReadTest, text_comes_back_byte_for_byte) {
    for (std::string text : {std::string(), std::string("a\0b", 3), std::string("'; DROP TABLE orders; --")}) {
        EXPECT_EQ(database->read_blocking([&](Connection& db) { return db.one<std::string>("SELECT $1", text); }),
                  text);
    }
}

TEST_F(ReadTest, a_read_changes_nothing) {
    EXPECT_THROW(database->read_blocking([](Connection& db) { db.all<int>("DELETE FROM orders RETURNING 1"); }),
                 RefusedStatement);
    EXPECT_THROW(database->read_blocking([](Connection& db) { db.all<int>("PRAGMA query_only = OFF"); }),
                 RefusedStatement);
}

TEST_F(ReadTest, one_read_sees_one_state_however_many_commits_pass) {
    auto count = [](Connection& db) { return *db.one<std::int64_t>("SELECT COUNT(*) FROM orders"); };
    auto [before, after] = database->read_blocking([&](Connection& db) {
        auto first = count(db);
        database->write_blocking([&](Transaction& tx) { insert(tx, 2); });
        return std::pair(first, count(db));
    });
    EXPECT_EQ(before, 1);
    EXPECT_EQ(after, 1);
    EXPECT_EQ(database->read_blocking(count), 2);
}

TEST_F(ReadTest, more_statements_than_the_cache_holds_still_work) {
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 600; ++i) {
            std::string sql = "SELECT id + " + std::to_string(i) + " FROM orders";
            EXPECT_EQ(database->read_blocking([&](Connection& db) { return db.one<int>(sql); }), 1 + i);
        }
    }
}

TEST_F(ReadTest, an_engine_gets_its_own_dialect) {
    Sql sql{.sqlite = "SELECT 'sqlite'", .postgresql = "SELECT 'postgresql'"};
    EXPECT_EQ(database->read_blocking([&](Connection& db) { return db.one<std::string>(sql); }), "sqlite");
}

}  // namespace
}  // namespace chassis::database
