#include "services/cart/carts.hpp"

namespace cart {

contracts::Cart find_cart(chassis::Connection& db, contracts::CustomerId owner) {
    return {.items = db.all<contracts::CartItem>(
                "SELECT product_id, quantity FROM cart_items WHERE customer_id = $1 ORDER BY product_id", owner)};
}

void set_quantity(chassis::Transaction& tx, contracts::CustomerId owner, contracts::ProductId product, int quantity) {
    tx.run(
        "INSERT INTO cart_items (customer_id, product_id, quantity) VALUES ($1, $2, $3) "
        "ON CONFLICT (customer_id, product_id) DO UPDATE SET quantity = $3",
        owner, product, quantity);
    const auto items = tx.one<std::int64_t>("SELECT count(*) FROM cart_items WHERE customer_id = $1", owner);
    if (*items > most_items) throw CartFull{};
}

void remove(chassis::Transaction& tx, contracts::CustomerId owner, contracts::ProductId product) {
    tx.run("DELETE FROM cart_items WHERE customer_id = $1 AND product_id = $2", owner, product);
}

void clear(chassis::Transaction& tx, contracts::CustomerId owner) {
    tx.run("DELETE FROM cart_items WHERE customer_id = $1", owner);
}

void take_out(chassis::Transaction& tx, const contracts::OrderCreated& order) {
    for (const auto& line : order.lines) {
        tx.run("DELETE FROM cart_items WHERE customer_id = $1 AND product_id = $2 AND quantity <= $3",
               order.customer_id, line.product_id, line.quantity);
        tx.run(
            "UPDATE cart_items SET quantity = quantity - $3 WHERE customer_id = $1 AND product_id = $2 AND quantity > "
            "$3",
            order.customer_id, line.product_id, line.quantity);
    }
}

}  // namespace cart
