-- `id` is the idempotency key at the provider: an order is charged under this key and never under another.
CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    amount_amount BIGINT NOT NULL,
    amount_currency TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    charge_id TEXT,
    reason TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
