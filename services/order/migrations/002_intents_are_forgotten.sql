-- Intents that no order came of are deleted a while after they were settled.
ALTER TABLE order_intents ADD COLUMN settle_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX order_intents_by_time ON order_intents (settle_at);
