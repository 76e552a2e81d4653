// The ids that services share, one type each, so that a customer's id is never taken for an order's.
#pragma once

#include "chassis/base/id.hpp"
#include "chassis/base/uuid.hpp"

namespace contracts {

using ProductId = chassis::Id<struct ProductTag>;
using OrderId = chassis::Id<struct OrderTag, chassis::Uuid>;
using PaymentId = chassis::Id<struct PaymentTag, chassis::Uuid>;
using CustomerId = chassis::Id<struct CustomerTag, chassis::Uuid>;

}  // namespace contracts
