// The payment provider over HTTP: what the simulator speaks.
#pragma once

#include <string>

#include "chassis/http/client.hpp"
#include "services/payment/provider.hpp"

namespace payment {

class HttpProvider final : public Provider {
  public:
    // `url` without a slash at its end.
    HttpProvider(chassis::http::Client& client, std::string url) : client_(client), url_(std::move(url)) {}

    chassis::Task<Charge> charge(contracts::PaymentId id, chassis::Money amount,
                                 std::string payment_method) const override;
    chassis::Task<std::optional<Charge>> find(contracts::PaymentId id) const override;
    chassis::Task<> refund(contracts::PaymentId id, std::string charge_id) const override;

  private:
    chassis::http::Client& client_;
    std::string url_;
};

// What the provider's webhook carries.
struct WebhookEvent {
    std::string id;
    std::string type;
    Charge charge;
};

}  // namespace payment
