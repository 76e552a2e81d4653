// A request that comes twice is done once: `.idempotent()`, after Stripe's Idempotency-Key
// (https://docs.stripe.com/api/idempotent_requests) and draft-ietf-httpapi-idempotency-key-header.
//
//     app.provide(authenticate);                       // gives a CurrentUser, which has std::string principal() const
//     app.post("/v1/orders", place_order).errors(409).idempotent();
//
//     Task<Created<Order>> place_order(Body<NewOrder> body, CurrentUser user, Claim claim, Database& database) {
//         Order order{.id = claim.id(), ...};          // a retry after a crash gets the same id
//         Created<Order> reply{order, "/v1/orders/" + to_string(order.id)};
//         co_await database.write([&](Transaction& tx) {
//             insert(tx, order);
//             claim.complete(tx, reply);               // the order and the reply, both or neither
//         });
//         co_return reply;
//     }
//
// A claim row, found by route, caller and key, is on the disk before the handler runs. What a repeat gets:
//
//     no Idempotency-Key                     400
//     the same key, another request          422     (path, query or body differ)
//     the first is still at work             409, Retry-After
//     the first has succeeded                its reply again, with Idempotent-Replayed: true
//     the first failed, or its process died  it is done now, with the same claim.id()
//
// An attempt holds its row by a lease. When that has run out, or the process has died, a repeat takes the row over, and
// the earlier attempt is fenced: its complete() throws and undoes its transaction. Only success is kept. After a client
// error of a first attempt (4xx) the key is free again; after anything else the row stays, with its id.
//
// A handler without a Claim works, too: its reply is stored after it. Then a crash between the two repeats the work, so
// whatever must not happen twice takes a Claim and completes it in its own transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "chassis/app/endpoint.hpp"
#include "chassis/base/clock.hpp"
#include "chassis/base/uuid.hpp"

namespace chassis::database {
class Transaction;
}

namespace chassis::app {

struct IdempotencySettings {
    /// How long an attempt holds its claim: longer than the handler usually takes, short enough to wait for after a
    /// crash.
    std::chrono::milliseconds lease{20'000};
    /// How long a key is remembered.
    std::chrono::hours keep{24};
    /// No caller is known; all share one space of keys. Otherwise a provider has to say who calls: the type that it
    /// gives has `std::string principal() const`.
    bool anonymous = false;
    const base::Clock* clock = &base::system_clock();
};

/// Thrown by complete() when another attempt has taken the claim over; answered with 409 and Retry-After.
class ClaimLost : public http::HttpError {
  public:
    ClaimLost();
};

namespace detail {

struct ClaimState {
    std::string route{};
    std::string principal{};
    std::string key{};
    std::string fingerprint{};
    base::Uuid id{};
    base::Uuid owner{};
    int success = 0;
};

// Throws ClaimLost when the row is another attempt's by now.
void store_reply(database::Transaction& tx, const ClaimState& state, const http::Response& response);

}  // namespace detail

/// This request's claim, for the handler of an idempotent route; valid until the reply is sent.
class Claim {
  public:
    explicit Claim(const detail::ClaimState& state) : state_(&state) {}

    /// Chosen with the claim's row: the same for every attempt with this key.
    const base::Uuid& id() const noexcept { return state_->id; }

    /// Stores the reply in the handler's own transaction: when that commits, every repeat gets it. `reply` is what the
    /// handler returns. Throws ClaimLost when another attempt has taken over; let it pass, so that nothing is
    /// committed.
    template <class R>
    void complete(database::Transaction& tx, const R& reply) const {
        http::Request none;
        http::Response response = Reply<R>::make(none, reply);
        if (state_->success != 0) response.status = state_->success;
        detail::store_reply(tx, *state_, response);
    }

  private:
    const detail::ClaimState* state_;
};

template <>
struct Argument<Claim> {
    static void bind(Binder& binder) { binder.needs_idempotency("Claim"); }
    static Claim read(Call& call) { return Claim(call.request.extensions.emplace<detail::ClaimState>()); }
    static void describe(Description&) {}
};

}  // namespace chassis::app

namespace chassis {
using app::Claim;
}
