-- A route forgets its own keys.
DROP INDEX chassis_claims_created_at;
CREATE INDEX chassis_claims_by_age ON chassis_claims (route, created_at);
