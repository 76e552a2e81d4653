-- What a mail about an order says, gathered from order.created. `lines` is JSON.
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    lines TEXT NOT NULL,
    total_amount BIGINT NOT NULL,
    total_currency TEXT NOT NULL
);

-- One mail of a kind for an order. `sent_at` is null until it has gone out.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    UNIQUE (order_id, kind)
);
CREATE INDEX mails_by_recipient ON mails (recipient, id);
