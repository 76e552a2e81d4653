// What customers mean to buy.
#pragma once

#include <stdexcept>

#include "chassis/database/database.hpp"
#include "contracts/cart.hpp"
#include "contracts/order.hpp"

namespace cart {

// An order of more different products than this is not taken by the product service.
constexpr int most_items = 100;

struct CartFull : std::runtime_error {
    CartFull() : std::runtime_error("the cart is full") {}
};

contracts::Cart find_cart(chassis::Connection& db, contracts::CustomerId owner);

// Throws CartFull when the product would be one more than most_items.
void set_quantity(chassis::Transaction& tx, contracts::CustomerId owner, contracts::ProductId product, int quantity);

void remove(chassis::Transaction& tx, contracts::CustomerId owner, contracts::ProductId product);

void clear(chassis::Transaction& tx, contracts::CustomerId owner);

// Takes out what was ordered, by quantity: what is beyond it stays, and a quantity that was set anew since the order
// was placed is not told from the one that it was placed with.
void take_out(chassis::Transaction& tx, const contracts::OrderCreated& order);

}  // namespace cart
