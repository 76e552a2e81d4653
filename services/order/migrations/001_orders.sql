CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL,
    status TEXT NOT NULL,
    total_amount BIGINT NOT NULL,
    total_currency TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX orders_by_customer ON orders (customer_id, id);

CREATE TABLE order_lines (
    order_id TEXT NOT NULL REFERENCES orders (id),
    product_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit_price_amount BIGINT NOT NULL,
    unit_price_currency TEXT NOT NULL,
    PRIMARY KEY (order_id, product_id)
);

-- What is written down before stock is reserved elsewhere: an intent that no order came of is an orphaned reservation.
-- `attempt` grows with each try at the same order and fences the tries before it.
CREATE TABLE order_intents (
    order_id TEXT PRIMARY KEY,
    attempt BIGINT NOT NULL
);
