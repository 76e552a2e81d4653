-- Events that were published and not yet confirmed by the broker, numbered in commit order within a lane.
CREATE TABLE chassis_outbox_lanes (
    lane BIGINT PRIMARY KEY,
    last_number BIGINT NOT NULL
);
CREATE TABLE chassis_outbox (
    lane BIGINT NOT NULL,
    number BIGINT NOT NULL,
    id TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (lane, number)
);

-- Every event that a consumer has received. A row is unfinished until finished_at is set; the unfinished rows of an
-- order_key are handled in order of sequence. A dead letter is unfinished, and so holds its key.
CREATE TABLE chassis_inbox (
    consumer TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    order_key TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    error TEXT NOT NULL,
    trace TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    dead_at BIGINT,
    finished_at BIGINT,
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX chassis_inbox_unfinished ON chassis_inbox (consumer, order_key, sequence) WHERE finished_at IS NULL;
CREATE INDEX chassis_inbox_finished ON chassis_inbox (finished_at) WHERE finished_at IS NOT NULL;

-- Work to be done outside of a transaction. Unfinished jobs of an order_key run one at a time, in order of due_at, id.
CREATE TABLE chassis_jobs (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    order_key TEXT NOT NULL,
    arguments TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    runs BIGINT NOT NULL,
    owner TEXT NOT NULL,
    error TEXT NOT NULL,
    trace TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    dead_at BIGINT,
    finished_at BIGINT
);
CREATE INDEX chassis_jobs_unfinished ON chassis_jobs (order_key, due_at, id) WHERE finished_at IS NULL;
CREATE INDEX chassis_jobs_next ON chassis_jobs (next_attempt_at) WHERE finished_at IS NULL;
CREATE INDEX chassis_jobs_finished ON chassis_jobs (finished_at) WHERE finished_at IS NOT NULL;

-- What operators did to dead letters, and why.
CREATE TABLE chassis_audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL
);
