-- Keys are forgotten by their age.
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
