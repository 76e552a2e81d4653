#include "services/payment/payments.hpp"

#include <stdexcept>

#include "chassis/messaging/publish.hpp"

namespace payment {

namespace {

// Moves the payment on where the table allows it. True when it moved.
bool change_status(chassis::Transaction& tx, const Payment& payment, PaymentStatus to, chassis::base::Time now) {
    if (!life_of_a_payment.allows(payment.status, to)) return false;
    tx.run("UPDATE payments SET status = $1, changed_at = $2 WHERE id = $3", to, now, payment.id);
    return true;
}

Payment known(chassis::Connection& db, contracts::PaymentId id) {
    auto payment = find_payment(db, id);
    if (!payment) throw std::runtime_error("there is no payment " + to_string(id));
    return std::move(*payment);
}

}  // namespace

void begin(chassis::Transaction& tx, const contracts::OrderCreated& order, chassis::base::Time now) {
    const contracts::PaymentId id{chassis::Uuid::random()};
    const auto stored = tx.run(
        "INSERT INTO payments (id, order_id, status, amount_amount, amount_currency, payment_method, "
        "created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (order_id) DO NOTHING",
        id, order.order_id, life_of_a_payment.first(), order.total.amount(), order.total.currency().code(),
        order.payment_method, now);
    if (stored > 0) tx.enqueue(ChargeCard{id});
}

std::optional<Payment> find_payment(chassis::Connection& db, contracts::PaymentId id) {
    return db.one<Payment>(
        "SELECT id, order_id, status, amount_amount, amount_currency, payment_method, charge_id, reason FROM payments "
        "WHERE id = $1",
        id);
}

void learn(chassis::Transaction& tx, contracts::PaymentId id, const Charge& charge, chassis::base::Time now) {
    const Payment payment = known(tx, id);
    if (!payment.charge_id && !charge.id.empty()) {
        tx.run("UPDATE payments SET charge_id = $1 WHERE id = $2", charge.id, id);
    }
    switch (charge.status) {
        case ChargeStatus::pending:
            if (payment.status == PaymentStatus::charging) tx.schedule(now + webhook_patience, AskProvider{id});
            break;
        case ChargeStatus::succeeded:
            if (change_status(tx, payment, PaymentStatus::paid, now)) {
                tx.publish(contracts::OrderPaid{payment.order_id, id, payment.amount});
            }
            break;
        case ChargeStatus::declined:
            if (change_status(tx, payment, PaymentStatus::failed, now)) {
                const auto reason = charge.reason.value_or("declined");
                tx.run("UPDATE payments SET reason = $1 WHERE id = $2", reason, id);
                tx.publish(contracts::PaymentFailed{payment.order_id, id, reason});
            }
            break;
    }
}

void begin_refund(chassis::Transaction& tx, contracts::OrderId order_id, chassis::base::Time now) {
    const auto id = tx.one<contracts::PaymentId>("SELECT id FROM payments WHERE order_id = $1", order_id);
    if (!id) throw std::runtime_error("there is no payment for order " + to_string(order_id));
    if (change_status(tx, known(tx, *id), PaymentStatus::refunding, now)) tx.enqueue(RefundCharge{*id});
}

void finish_refund(chassis::Transaction& tx, contracts::PaymentId id, chassis::base::Time now) {
    const Payment payment = known(tx, id);
    if (change_status(tx, payment, PaymentStatus::refunded, now)) {
        tx.publish(contracts::PaymentRefunded{payment.order_id, id, payment.amount});
    }
}

}  // namespace payment
