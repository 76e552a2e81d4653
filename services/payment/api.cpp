// The HTTP interface: the provider's webhook, and the books.
#include <optional>
#include <string>

#include "chassis/app/service_token.hpp"
#include "chassis/database/database.hpp"
#include "chassis/security/webhook.hpp"
#include "contracts/ledger.hpp"
#include "services/payment/events.hpp"
#include "services/payment/http_provider.hpp"
#include "services/payment/jobs.hpp"
#include "services/payment/payment.hpp"
#include "services/payment/payments.hpp"

namespace payment {

namespace {

using namespace chassis;

struct Signature {
    std::string provider_signature;
};

// 2xx tells the provider that it need not say this again: only after the outcome is stored.
Task<NoContent> post_webhook(Request& request, Headers<Signature> signature, const WebhookSecret& secret,
                             Database& database, const Clock& clock) {
    const auto now = clock.now();
    const auto checked =
        security::verify_webhook(secret.value.reveal(), signature->provider_signature, request.body, now);
    if (!checked) throw HttpError{400, "The signature does not fit"}.log(checked.error());
    const auto event = model::from_json<WebhookEvent>(request.body);
    const bool ours = co_await database.write([&](Transaction& tx) {
        if (!find_payment(tx, event.charge.reference)) return false;
        learn(tx, event.charge.reference, event.charge, now);
        return true;
    });
    if (!ours) throw HttpError{404, "Not found"};
    co_return NoContent{};
}

Task<contracts::PaymentRecords> get_records(Query<contracts::LedgerPage<std::string>> page, Database& database) {
    auto records = co_await database.read([&](Connection& db) {
        return db.all<contracts::PaymentRecord>(
            "SELECT id, order_id, status, amount_amount, amount_currency, charge_id FROM payments WHERE id > $1 ORDER "
            "BY id "
            "LIMIT $2",
            page->after, page->limit);
    });
    co_return contracts::PaymentRecords{std::move(records)};
}

}  // namespace

void install(App& app, const Needs& needs) {
    app.share(needs.clock);
    app.share(needs.webhook_secret);
    app.post("/v1/webhooks/provider", post_webhook).errors(400, 404);
    app.get("/internal/payments", get_records).hook(require_service_token(needs.service_token)).errors(401).hidden();
    install_events(app, needs.clock);
    install_jobs(app, needs);
}

}  // namespace payment
