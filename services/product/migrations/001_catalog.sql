CREATE TABLE products (
    id BIGINT PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    price_amount BIGINT NOT NULL CHECK (price_amount >= 0),
    price_currency TEXT NOT NULL,
    stock BIGINT NOT NULL CHECK (stock >= 0)
);

-- Every change of a product's stock, and why: the sum over a product is its stock.
CREATE TABLE stock_changes (
    id TEXT PRIMARY KEY,
    product_id BIGINT NOT NULL REFERENCES products (id),
    order_id TEXT,
    reason TEXT NOT NULL,
    delta BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX stock_changes_by_product ON stock_changes (product_id);
CREATE INDEX stock_changes_by_order ON stock_changes (order_id);
