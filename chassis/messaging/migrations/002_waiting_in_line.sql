-- An event behind another one of its key is 'behind' and becomes 'waiting' when its turn comes, so that who looks for
-- what is due sees no more than one row of each key.
UPDATE chassis_inbox SET state = 'behind' WHERE state = 'waiting' AND finished_at IS NULL AND EXISTS (
    SELECT 1 FROM chassis_inbox AS earlier WHERE earlier.consumer = chassis_inbox.consumer
    AND earlier.order_key = chassis_inbox.order_key AND earlier.finished_at IS NULL
    AND earlier.sequence < chassis_inbox.sequence);
CREATE INDEX chassis_inbox_next ON chassis_inbox (consumer, next_attempt_at)
    WHERE state = 'waiting' AND finished_at IS NULL;
CREATE INDEX chassis_inbox_dead ON chassis_inbox (dead_at) WHERE state = 'dead' AND finished_at IS NULL;
CREATE INDEX chassis_jobs_dead ON chassis_jobs (dead_at) WHERE state = 'dead' AND finished_at IS NULL;
