// What the product service shows of its books.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "chassis/database/database.hpp"
#include "contracts/ledger.hpp"

namespace product {

std::vector<contracts::StockRecord> stock_records(chassis::Connection& db, std::int64_t after, int limit);

// By ascending order id, as text.
std::vector<contracts::ReservationRecord> reservation_records(chassis::Connection& db, std::string_view after,
                                                              int limit);

}  // namespace product
