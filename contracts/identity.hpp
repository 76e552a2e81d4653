// Who a request comes from. Every service checks the customer's token itself, against the keys that the auth service
// publishes.
//
//     app.provide(contracts::authenticate);
//     Task<Cart> get_cart(contracts::CurrentUser customer, Database& database);
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chassis/app/app.hpp"
#include "chassis/async/task.hpp"
#include "chassis/base/clock.hpp"
#include "chassis/discovery/service_client.hpp"
#include "contracts/ids.hpp"

namespace contracts {

constexpr const char* token_issuer = "neighborhood";
constexpr const char* token_audience = "shop";

// A parameter of this type lets only customers with a valid token in; everyone else gets 401.
struct CurrentUser {
    CustomerId id;
    std::string email;
    std::string token;  // to be passed on to another service on the customer's behalf

    // Whose idempotency keys these are.
    std::string principal() const { return to_string(id); }
};

// The auth service's public keys, fetched when they are first needed and again when a token names one that is not
// known: once for all requests that need them at that moment. The last good ones are kept when auth does not answer.
class Identity {
  public:
    Identity(chassis::discovery::ServiceClient auth, const chassis::Clock& clock);
    ~Identity();

    // Whose token it is. Throws HttpError: 401 when it is not valid, 503 when the key that it names could not be had.
    chassis::Task<CurrentUser> check(std::string token) const;

  private:
    struct Keys;
    std::unique_ptr<Keys> keys_;
};

chassis::Task<CurrentUser> authenticate(chassis::Headers<chassis::Bearer> header, const Identity& identity);

}  // namespace contracts
