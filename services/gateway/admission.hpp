// Who comes in, and how often.
//
//     co_await door.admission.admit(request, match->route->audience);
//
// A customer has one token bucket, wherever they call from; an address has one for what comes from it without a valid
// token. Customers who share an address do not count against each other.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chassis/async/task.hpp"
#include "chassis/http/message.hpp"
#include "chassis/resilience/rate_limit.hpp"
#include "contracts/identity.hpp"
#include "services/gateway/routes.hpp"

namespace gateway {

// Tokens that were valid when they were last seen, as far as there is room: a newer one takes the place of an older.
class KnownTokens {
  public:
    KnownTokens();
    bool contains(std::string_view token) const noexcept;
    void add(std::string_view token) noexcept;
    void remove(std::string_view token) noexcept;

  private:
    static constexpr std::size_t places = 8'192;
    std::unique_ptr<std::atomic<std::uint64_t>[]> hashes_;
};

class Admission {
  public:
    // Without a rate nothing is limited. The identity outlives it.
    Admission(const contracts::Identity& identity, std::optional<chassis::resilience::Rate> rate);

    // Throws HttpError: 401 for a token that is not valid, and without one where customers are asked for; 429 beyond
    // the rate; 503 when auth's keys could not be had. An address beyond its rate has no signatures checked, but for
    // tokens that were valid before.
    chassis::Task<> admit(const chassis::Request& request, Audience audience) const;

  private:
    chassis::Task<contracts::CurrentUser> identify(std::string token, std::string_view address) const;

    const contracts::Identity& identity_;
    std::unique_ptr<chassis::resilience::RateLimiter> customers_;
    std::unique_ptr<chassis::resilience::RateLimiter> addresses_;
    std::unique_ptr<KnownTokens> known_;
};

// "127.0.0.1" of "127.0.0.1:53412".
std::string_view address_of(std::string_view remote) noexcept;

}  // namespace gateway
