-- The log: within a lane, records are delivered by ascending position. `checksum` is the CRC-32 of id, key and body.
CREATE TABLE records (
    topic TEXT NOT NULL,
    lane BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum BIGINT NOT NULL,
    appended_at BIGINT NOT NULL,
    PRIMARY KEY (topic, lane, position)
);
CREATE UNIQUE INDEX records_by_id ON records (topic, id);

-- The last position given out in a lane; it outlives the records.
CREATE TABLE heads (
    topic TEXT NOT NULL,
    lane BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (topic, lane)
);

CREATE TABLE subscriptions (
    group_name TEXT NOT NULL,
    topic TEXT NOT NULL,
    PRIMARY KEY (group_name, topic)
);

-- What a group has acknowledged of a lane: everything up to `position`.
CREATE TABLE acknowledged (
    group_name TEXT NOT NULL,
    topic TEXT NOT NULL,
    lane BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (group_name, topic, lane)
);
