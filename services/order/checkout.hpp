// From a cart to an order: what is done elsewhere over HTTP comes before the one transaction that places the order.
#pragma once

#include <chrono>
#include <string>

#include "chassis/app/idempotency.hpp"
#include "chassis/async/task.hpp"
#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "contracts/clients.hpp"
#include "contracts/identity.hpp"
#include "contracts/order.hpp"

namespace order {

// Reads the customer's cart, reserves it under the claim's id and places the order; a repeat of the same claim is the
// same order. Throws HttpError: 409 for an empty cart or too little stock, 503 when a service that is needed does not
// answer.
chassis::Task<chassis::Created<contracts::Order>> check_out(contracts::NewOrder wanted, contracts::CurrentUser customer,
                                                            chassis::Claim claim, chassis::Database& database,
                                                            const chassis::Clock& clock,
                                                            const contracts::CartClient& carts,
                                                            const contracts::ProductClient& products,
                                                            std::chrono::milliseconds settle_after);

}  // namespace order
