// The simulator's ledger: the truth about what was charged.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "services/simulator/wire.hpp"

namespace simulator {

// Decides a pending charge and sends the webhook, a job of the simulator to itself.
struct DecideCharge {
    static constexpr std::string_view job_type = "simulator.decide_charge";
    std::string charge_id;
    std::string job_key() const { return charge_id; }
};

struct SendWebhook {
    static constexpr std::string_view job_type = "simulator.send_webhook";
    std::string event_id;
    std::string charge_id;
    std::string job_key() const { return charge_id; }
};

// The key was used before with another payload.
struct KeyReused : std::runtime_error {
    KeyReused() : std::runtime_error("this Idempotency-Key was used with another payload") {}
};

// How long the simulator remembers an idempotency key.
constexpr std::chrono::hours key_memory{24};

// The charge made under this key, made now if there is none. Throws KeyReused.
Charge charge(chassis::Transaction& tx, const std::string& key, const NewCharge& wanted, chassis::base::Time now);

std::optional<Charge> find_charge(chassis::Connection& db, std::string_view id);

// The charges made for the merchant's reference, oldest first.
std::vector<Charge> find_by_reference(chassis::Connection& db, std::string_view reference);

// All charges by ascending id, `limit` after `after`.
ChargePage list_charges(chassis::Connection& db, std::string_view after, int limit);

// Turns a pending charge into an approved or a declined one, by its card, and has the webhook sent. Repeated, it
// changes nothing.
void decide(chassis::Transaction& tx, const std::string& charge_id);

// Gives the charge back. False when it was never taken.
bool refund(chassis::Transaction& tx, std::string_view charge_id);

}  // namespace simulator
