-- One row for each Idempotency-Key of a caller on a route. `id` is chosen with the row and stays; `owner` changes with
-- each attempt and fences the one before.
CREATE TABLE chassis_claims (
    route TEXT NOT NULL,
    principal TEXT NOT NULL,
    claim_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    done BOOLEAN NOT NULL,
    status BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (route, principal, claim_key)
);
CREATE INDEX chassis_claims_created_at ON chassis_claims (created_at);
