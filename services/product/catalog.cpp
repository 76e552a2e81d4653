#include "services/product/catalog.hpp"

#include <stdexcept>
#include <string>

#include "services/product/stock.hpp"

namespace product {

namespace {

struct Row {
    contracts::ProductId id;
    std::string name;
    chassis::Money price;
    std::string sku;
    std::string description;
    int stock;
};

contracts::Product on_the_wire(Row row) {
    return {.id = row.id,
            .name = std::move(row.name),
            .price = chassis::Decimal{row.price.to_decimal()},
            .currency = std::string(row.price.currency().code()),
            .sku = std::move(row.sku),
            .description = std::move(row.description),
            .stock = row.stock};
}

std::vector<contracts::Product> on_the_wire(std::vector<Row> rows) {
    std::vector<contracts::Product> products;
    products.reserve(rows.size());
    for (auto& row : rows) products.push_back(on_the_wire(std::move(row)));
    return products;
}

}  // namespace

std::optional<contracts::Product> find_product(chassis::Connection& db, contracts::ProductId id) {
    auto row = db.one<Row>(
        "SELECT id, name, price_amount, price_currency, sku, description, stock FROM products WHERE id = $1", id);
    if (!row) return std::nullopt;
    return on_the_wire(std::move(*row));
}

std::vector<contracts::Product> find_products(chassis::Connection& db, std::span<const contracts::ProductId> ids) {
    return on_the_wire(
        db.all<Row>("SELECT id, name, price_amount, price_currency, sku, description, stock FROM products WHERE id IN "
                    "($1) ORDER BY id",
                    chassis::in(ids)));
}

contracts::ProductPage list_products(chassis::Connection& db, contracts::ProductId after, int limit) {
    auto items =
        on_the_wire(db.all<Row>("SELECT id, name, price_amount, price_currency, sku, description, stock FROM products "
                                "WHERE id > $1 ORDER BY id "
                                "LIMIT $2",
                                after, limit + 1));  // one more tells whether there is a next page
    contracts::ProductPage page;
    if (std::ssize(items) > limit) {
        items.resize(static_cast<std::size_t>(limit));
        page.next = items.back().id;
    }
    page.items = std::move(items);
    return page;
}

int add_products(chassis::Transaction& tx, std::span<const DemoProduct> products, chassis::base::Time now,
                 std::optional<int> stock) {
    int added = 0;
    for (const auto& one : products) {
        const auto price = chassis::Money::from_decimal(one.price, "EUR");
        if (!price) throw std::invalid_argument("not a price: " + std::string(one.price));
        const auto changed = tx.run(
            "INSERT INTO products (id, sku, name, description, price_amount, price_currency, stock) "
            "VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT DO NOTHING",
            one.id, one.sku, one.name, one.description, price->amount(), price->currency().code());
        if (changed == 0) continue;
        change_stock(tx, {.product_id = contracts::ProductId{one.id},
                          .order_id = std::nullopt,
                          .reason = StockReason::delivered,
                          .delta = stock ? *stock : one.stock,
                          .changed_at = now});
        ++added;
    }
    return added;
}

}  // namespace product
