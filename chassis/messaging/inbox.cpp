#include "chassis/messaging/inbox.hpp"

namespace chassis::messaging {

void let_next_go_on(database::Transaction& tx, const std::string& consumer, const std::string& order_key,
                    base::Time now) {
    tx.run(
        "UPDATE chassis_inbox SET state = 'waiting', next_attempt_at = $3 WHERE consumer = $1 AND order_key = $2 AND "
        "finished_at IS NULL AND state = 'behind' AND sequence = (SELECT MIN(sequence) FROM chassis_inbox WHERE "
        "consumer = $1 AND order_key = $2 AND finished_at IS NULL)",
        consumer, order_key, now);
}

}  // namespace chassis::messaging
