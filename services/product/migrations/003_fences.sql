-- Attempts at an order that were given up, up to this one: their requests to reserve are refused, however late they come.
CREATE TABLE reservation_fences (
    order_id TEXT PRIMARY KEY,
    attempt BIGINT NOT NULL,
    stands_until BIGINT NOT NULL
);
CREATE INDEX reservation_fences_by_time ON reservation_fences (stands_until);
