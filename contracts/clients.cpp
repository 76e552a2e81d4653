#include "contracts/clients.hpp"

#include "chassis/http/message.hpp"

namespace contracts {

namespace {

using chassis::Task;
using chassis::discovery::ServiceError;
using chassis::http::Headers;

// What the caller of a service answers to its own caller when that service did not do what was asked.
chassis::HttpError passed_on(const ServiceError& error) {
    // A conflict is the caller's business: too little of a product, another attempt under way. All else is ours.
    if (error.status == 409) {
        chassis::HttpError conflict{409, error.detail()};
        if (error.retry_after.empty()) return conflict;
        return std::move(conflict).header("Retry-After", error.retry_after);
    }
    return chassis::HttpError{503, "The service is not available"}.log(error.what()).header("Retry-After", "1");
}

}  // namespace

Task<Cart> CartClient::cart(std::string token) const {
    Headers headers{{"Authorization", "Bearer " + token}};
    try {
        auto cart = co_await cart_.get<Cart>("/v1/cart", std::move(headers));
        co_return cart;
    } catch (const ServiceError& error) {
        // Here the token is the caller's own; elsewhere it is ours.
        if (error.status == 401) throw chassis::HttpError{401, error.detail()}.header("WWW-Authenticate", "Bearer");
        throw passed_on(error);
    }
}

Task<Reservation> ProductClient::reserve(OrderId order_id, NewReservation wanted) const {
    Headers headers{{"X-Service-Token", service_token_.reveal()}};
    try {
        auto reservation =
            co_await product_.put<Reservation>("/v1/reservations/" + to_string(order_id), wanted, std::move(headers));
        co_return reservation;
    } catch (const ServiceError& error) {
        throw passed_on(error);
    }
}

Task<> ProductClient::release(OrderId order_id, std::int64_t attempt) const {
    Headers headers{{"X-Service-Token", service_token_.reveal()}};
    try {
        co_await product_.del("/v1/reservations/" + to_string(order_id) + "?attempt=" + std::to_string(attempt),
                              std::move(headers));
    } catch (const ServiceError& error) {
        throw passed_on(error);
    }
}

}  // namespace contracts
