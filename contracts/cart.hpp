// What the cart service promises.
#pragma once

#include <vector>

#include "chassis/model/rules.hpp"
#include "contracts/ids.hpp"

namespace contracts {

// PUT /v1/cart/items/{product_id}
struct CartQuantity {
    int quantity;

    static void rules(chassis::Rules<CartQuantity>& field) { field(&CartQuantity::quantity).at_least(1).at_most(1000); }
};

struct CartItem {
    ProductId product_id;
    int quantity;
};

// GET /v1/cart: the token's owner's, by ascending product id.
struct Cart {
    std::vector<CartItem> items;
};

}  // namespace contracts
