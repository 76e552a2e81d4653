#include "services/payment/jobs.hpp"

#include <stdexcept>

#include "chassis/app/events.hpp"
#include "chassis/database/database.hpp"
#include "services/payment/payments.hpp"
#include "services/payment/provider.hpp"

namespace payment {

namespace {

using namespace chassis;
using contracts::PaymentId;

Task<Payment> known(Database& database, PaymentId id) {
    auto payment = co_await database.read([=](Connection& db) { return find_payment(db, id); });
    if (!payment) throw std::runtime_error("there is no payment " + to_string(id));
    co_return std::move(*payment);
}

// Nothing when the payment needs no charge any more. The provider forgets idempotency keys after a day: where an
// earlier attempt may have reached it, it is asked by our payment id before anything is charged.
Task<std::optional<Charge>> charge_card(const ChargeCard& job, JobRun run, Database& database,
                                        const Provider& provider) {
    const Payment payment = co_await known(database, job.payment_id);
    if (payment.status != PaymentStatus::charging) co_return std::nullopt;
    if (run.number > 1) {
        auto charge = co_await provider.find(payment.id);
        if (charge) co_return charge;
    }
    auto charge = co_await provider.charge(payment.id, payment.amount, payment.payment_method);
    co_return charge;
}

Task<std::optional<Charge>> ask_provider(const AskProvider& job, Database& database, const Provider& provider) {
    const Payment payment = co_await known(database, job.payment_id);
    if (payment.status != PaymentStatus::charging) co_return std::nullopt;
    auto charge = co_await provider.find(payment.id);
    co_return charge;
}

Task<> refund_charge(const RefundCharge& job, Database& database, const Provider& provider) {
    const Payment payment = co_await known(database, job.payment_id);
    if (payment.status != PaymentStatus::refunding) co_return;
    if (!payment.charge_id)
        throw std::runtime_error("payment " + to_string(payment.id) + " has no charge to give back");
    co_await provider.refund(payment.id, *payment.charge_id);
}

}  // namespace

void install_jobs(App& app, const Needs& needs) {
    Database& database = *app.database();
    const Provider& provider = needs.provider;
    const Clock& clock = needs.clock;
    const auto learned = [&clock](const auto& job, const std::optional<Charge>& charge, Transaction& tx) {
        if (charge) learn(tx, job.payment_id, *charge, clock.now());
    };
    app.job<ChargeCard>(
        [&](const ChargeCard& job, JobRun run) { return charge_card(job, std::move(run), database, provider); },
        learned);
    app.job<AskProvider>([&](const AskProvider& job) { return ask_provider(job, database, provider); }, learned);
    app.job<RefundCharge>(
        [&](const RefundCharge& job) { return refund_charge(job, database, provider); },
        [&](const RefundCharge& job, Transaction& tx) { finish_refund(tx, job.payment_id, clock.now()); });
}

}  // namespace payment
