-- `attempt` is a fencing token: a release sent by an earlier attempt does not undo the hold of a later one.
CREATE TABLE reservations (
    order_id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE reservation_lines (
    order_id TEXT NOT NULL REFERENCES reservations (order_id),
    product_id BIGINT NOT NULL REFERENCES products (id),
    name TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    unit_price_amount BIGINT NOT NULL,
    unit_price_currency TEXT NOT NULL,
    PRIMARY KEY (order_id, product_id)
);
