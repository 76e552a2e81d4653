CREATE TABLE charges (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL,
    amount_amount BIGINT NOT NULL CHECK (amount_amount > 0),
    amount_currency TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    refunded BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
-- Not unique: a merchant who charges a payment twice is charged for twice, as anywhere.
CREATE INDEX charges_by_reference ON charges (reference, id);

-- Keys are forgotten after a day; charges are not. `fingerprint` is what the key was first used for.
CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    charge_id TEXT NOT NULL REFERENCES charges (id),
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
