// What the order service shows of its books.
#pragma once

#include <string_view>
#include <vector>

#include "chassis/database/database.hpp"
#include "contracts/ledger.hpp"

namespace order {

// By ascending id, as text.
std::vector<contracts::OrderRecord> order_records(chassis::Connection& db, std::string_view after, int limit);

}  // namespace order
