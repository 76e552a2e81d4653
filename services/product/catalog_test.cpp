#include "services/product/catalog.hpp"

#include <gmock/gmock.h>

#include "chassis/database/temporary_database.hpp"
#include "services/product/product.hpp"

namespace product {

namespace {

using namespace chassis;
using contracts::ProductId;

class CatalogTest : public testing::Test {
  protected:
    CatalogTest() : database(file.open()) {
        database->migrate(migrations());
        database->write_blocking([](Transaction& tx) { add_products(tx, demo_products(), Time{}); });
    }
    template <class F>
    auto read(F f) {
        return database->read_blocking(std::move(f));
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
};

TEST_F(CatalogTest, the_demonstration_shelf_has_forty_products_and_the_socks_come_first) {
    EXPECT_GE(demo_products().size(), 40u);
    const auto socks = read([](Connection& db) { return find_product(db, ProductId{1}); });
    ASSERT_TRUE(socks);
    EXPECT_EQ(socks->name, "Socks of Doom");
    EXPECT_EQ(model::to_json(socks->price), "12.99");
    EXPECT_EQ(socks->currency, "EUR");
}

TEST_F(CatalogTest, filling_the_shelf_again_adds_nothing) {
    EXPECT_EQ(database->write_blocking([](Transaction& tx) { return add_products(tx, demo_products(), Time{}); }), 0);
}

TEST_F(CatalogTest, pages_follow_each_other_without_gap_or_overlap) {
    std::vector<std::int64_t> seen;
    ProductId after{0};
    for (;;) {
        const auto page = read([=](Connection& db) { return list_products(db, after, 7); });
        for (const auto& item : page.items) seen.push_back(item.id.value);
        if (!page.next) break;
        after = *page.next;
    }
    ASSERT_EQ(seen.size(), demo_products().size());
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
}

TEST_F(CatalogTest, unknown_ids_are_left_out_of_a_selection) {
    const std::vector<ProductId> ids{ProductId{3}, ProductId{4711}, ProductId{1}};
    const auto found = read([&](Connection& db) { return find_products(db, ids); });
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].id, ProductId{1});
    EXPECT_EQ(found[1].id, ProductId{3});
}

}  // namespace

}  // namespace product
