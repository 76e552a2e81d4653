// How services call each other: a typed client for each interface that another service uses.
#pragma once

#include <string>
#include <utility>

#include "chassis/async/task.hpp"
#include "chassis/discovery/service_client.hpp"
#include "chassis/settings/secret.hpp"
#include "contracts/cart.hpp"
#include "contracts/product.hpp"

namespace contracts {

// Calls throw HttpError, which a handler lets pass to its customer: what the customer has to settle keeps its status,
// text and Retry-After; everything else is a 503 with Retry-After.
class CartClient {
  public:
    explicit CartClient(chassis::discovery::ServiceClient cart) : cart_(std::move(cart)) {}

    // The cart of the customer whose token it is; 401 when the token is not valid.
    chassis::Task<Cart> cart(std::string token) const;

  private:
    chassis::discovery::ServiceClient cart_;
};

class ProductClient {
  public:
    ProductClient(chassis::discovery::ServiceClient product, chassis::Secret service_token)
        : product_(std::move(product)), service_token_(std::move(service_token)) {}

    // 409 when there is not enough of a product, and with Retry-After when a later attempt has overtaken this one.
    // Repeated, it is the same reservation.
    chassis::Task<Reservation> reserve(OrderId order_id, NewReservation wanted) const;
    chassis::Task<> release(OrderId order_id, std::int64_t attempt) const;

  private:
    chassis::discovery::ServiceClient product_;
    chassis::Secret service_token_;
};

}  // namespace contracts
