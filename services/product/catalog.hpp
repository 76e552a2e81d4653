// The catalog: what is sold, at which price, and how many are left.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "contracts/product.hpp"
#include "services/product/demo_products.hpp"

namespace product {

constexpr int largest_page = 100;

std::optional<contracts::Product> find_product(chassis::Connection& db, contracts::ProductId id);

// Those of `ids` that exist, by ascending id.
std::vector<contracts::Product> find_products(chassis::Connection& db, std::span<const contracts::ProductId> ids);

// The `limit` products that follow `after`, by ascending id: one index range, however large the catalog is.
contracts::ProductPage list_products(chassis::Connection& db, contracts::ProductId after, int limit);

// Puts the products that are not there yet on the shelf, each with its first stock, or with `stock` of each. Returns
// how many.
int add_products(chassis::Transaction& tx, std::span<const DemoProduct> products, chassis::base::Time now,
                 std::optional<int> stock = std::nullopt);

}  // namespace product
