// A customer of the shop who comes in by the gateway, as a browser would: for demo, load and the end-to-end tests.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "chassis/async/task.hpp"
#include "chassis/base/trace_context.hpp"
#include "chassis/http/client.hpp"
#include "contracts/order.hpp"
#include "contracts/product.hpp"

namespace neighborhood {

// The gateway answered with another status than the one that the step needs.
struct Refused : std::runtime_error {
    Refused(const std::string& step, int status, const std::string& body)
        : std::runtime_error(step + ": " + std::to_string(status) + " " + body), status(status) {}
    int status;
};

class Shopper {
  public:
    // All of the shopper's requests carry `trace` when one is given.
    Shopper(chassis::http::Client& client, std::string gateway, std::string name);

    const std::string& email() const { return email_; }
    const std::string& token() const { return token_; }  // empty before arrive()
    void trace(const chassis::base::TraceContext& trace) { trace_ = trace; }

    // Makes an account of its own and logs in.
    chassis::Task<> arrive();
    chassis::Task<contracts::Product> look_at(contracts::ProductId id);
    chassis::Task<> put_in_cart(contracts::ProductId id, int quantity);
    // Places the order; asked again with the same key it is the same order. A call that brought no reply, a 5xx and a
    // 409 "in flight" are repeated under the same key until `patience` is over.
    chassis::Task<contracts::Order> order(std::string payment_method, std::string idempotency_key,
                                          std::chrono::milliseconds patience);
    chassis::Task<contracts::Order> look_at(contracts::OrderId id);
    // Asks for the order until it is no longer pending. Throws std::runtime_error when `patience` is over.
    chassis::Task<contracts::Order> wait_for_outcome(contracts::OrderId id, std::chrono::milliseconds patience);
    // The subjects and texts of the mails that have reached this shopper.
    chassis::Task<std::string> mails();

    // Any request with the shopper's token and trace.
    chassis::Task<chassis::http::ClientResponse> send(chassis::http::Method method, std::string path,
                                                      std::string body = {}, chassis::http::Headers headers = {});

  private:
    // Comes back when a 429 or 503 says so, for up to a minute: all shoppers of a load come from one address.
    chassis::Task<chassis::http::ClientResponse> send_when_allowed(chassis::http::Method method, std::string path,
                                                                   std::string body,
                                                                   chassis::http::Headers headers = {});

    chassis::http::Client& client_;
    std::string gateway_;
    std::string name_;
    std::string email_;
    std::string token_;
    std::optional<chassis::base::TraceContext> trace_;
};

}  // namespace neighborhood
