// The line in which the events of one key wait in a consumer's inbox.
#pragma once

#include <string>

#include "chassis/base/clock.hpp"
#include "chassis/database/connection.hpp"

namespace chassis::messaging {

/// After the first of a key has been finished, in the same transaction: the one behind it is due.
void let_next_go_on(database::Transaction& tx, const std::string& consumer, const std::string& order_key,
                    base::Time now);

}  // namespace chassis::messaging
