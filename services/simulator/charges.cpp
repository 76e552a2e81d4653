#include "services/simulator/charges.hpp"

#include "chassis/messaging/publish.hpp"
#include "chassis/model/json.hpp"

namespace simulator {

namespace {

constexpr std::string_view approved_card = "pm_card_approved";
constexpr std::string_view slow_card = "pm_card_slow";
constexpr std::string_view declined_card = "pm_card_declined";
constexpr std::chrono::seconds slowness{3};

// Why the card is declined; nothing when it is not.
std::optional<std::string_view> refusal_of(std::string_view card) {
    if (card == approved_card || card == slow_card) return std::nullopt;
    return card == declined_card ? "card_declined" : "unknown_card";
}

}  // namespace

Charge charge(chassis::Transaction& tx, const std::string& key, const NewCharge& wanted, chassis::base::Time now) {
    struct Remembered {
        std::string charge_id;
        std::string fingerprint;
    };
    const std::string fingerprint = chassis::model::to_json(wanted);
    tx.run("DELETE FROM idempotency_keys WHERE created_at < $1", now - key_memory);
    if (const auto before =
            tx.one<Remembered>("SELECT charge_id, fingerprint FROM idempotency_keys WHERE key = $1", key)) {
        if (before->fingerprint != fingerprint) throw KeyReused{};
        return *find_charge(tx, before->charge_id);
    }
    Charge made{.id = "ch_" + to_string(chassis::Uuid::random()),
                .reference = wanted.reference,
                .amount = wanted.amount,
                .payment_method = wanted.payment_method,
                .status = ChargeStatus::pending,
                .reason = std::nullopt,
                .refunded = false,
                .created_at = now};
    tx.run(
        "INSERT INTO charges (id, reference, amount_amount, amount_currency, payment_method, status, reason, refunded, "
        "created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        made.id, made.reference, made.amount.amount(), made.amount.currency().code(), made.payment_method, made.status,
        made.reason, made.refunded, made.created_at);
    tx.run("INSERT INTO idempotency_keys (key, charge_id, fingerprint, created_at) VALUES ($1, $2, $3, $4)", key,
           made.id, fingerprint, now);
    if (made.payment_method == slow_card) {
        tx.schedule(now + slowness, DecideCharge{made.id});
    } else {
        tx.enqueue(DecideCharge{made.id});
    }
    return made;
}

std::optional<Charge> find_charge(chassis::Connection& db, std::string_view id) {
    return db.one<Charge>("SELECT * FROM charges WHERE id = $1", id);
}

std::vector<Charge> find_by_reference(chassis::Connection& db, std::string_view reference) {
    return db.all<Charge>("SELECT * FROM charges WHERE reference = $1 ORDER BY id", reference);
}

ChargePage list_charges(chassis::Connection& db, std::string_view after, int limit) {
    ChargePage page{
        .items = db.all<Charge>("SELECT * FROM charges WHERE id > $1 ORDER BY id LIMIT $2", after, limit + 1),
        .next = std::nullopt};
    if (std::ssize(page.items) > limit) {
        page.items.pop_back();
        page.next = page.items.back().id;
    }
    return page;
}

void decide(chassis::Transaction& tx, const std::string& charge_id) {
    const auto known = find_charge(tx, charge_id);
    if (!known || known->status != ChargeStatus::pending) return;
    const auto refusal = refusal_of(known->payment_method);
    tx.run("UPDATE charges SET status = $1, reason = $2 WHERE id = $3",
           refusal ? ChargeStatus::declined : ChargeStatus::succeeded, refusal, charge_id);
    tx.enqueue(SendWebhook{.event_id = "evt_" + to_string(chassis::Uuid::random()), .charge_id = charge_id});
}

bool refund(chassis::Transaction& tx, std::string_view charge_id) {
    return tx.run("UPDATE charges SET refunded = TRUE WHERE id = $1 AND status = $2", charge_id,
                  ChargeStatus::succeeded) > 0;
}

}  // namespace simulator
