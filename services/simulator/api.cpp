#include <optional>
#include <stdexcept>
#include <string>

#include "chassis/app/events.hpp"
#include "chassis/database/database.hpp"
#include "chassis/model/json.hpp"
#include "chassis/security/webhook.hpp"
#include "services/simulator/charges.hpp"
#include "services/simulator/simulator.hpp"

namespace simulator {

namespace {

using namespace chassis;

struct Key {
    std::string idempotency_key;

    static void rules(Rules<Key>& field) { field(&Key::idempotency_key).length(1, 128); }
};

Task<Charge> post_charge(Body<NewCharge> wanted, Headers<Key> key, Database& database, const Clock& clock) {
    const auto now = clock.now();
    try {
        auto made =
            co_await database.write([&](Transaction& tx) { return charge(tx, key->idempotency_key, *wanted, now); });
        co_return made;
    } catch (const KeyReused& reused) {
        throw HttpError{409, reused.what()};
    }
}

Task<Charge> get_charge(std::string charge_id, Database& database) {
    auto found = co_await database.read([&](Connection& db) { return find_charge(db, charge_id); });
    if (!found) throw HttpError{404, "Not found"};
    co_return std::move(*found);
}

struct Selection {
    std::optional<std::string> reference;
    std::string after;
    int limit = 100;

    static void rules(Rules<Selection>& field) {
        field(&Selection::reference).about("Just the charges made for this reference of the merchant's");
        field(&Selection::after).has_default().about("The last id of the page before");
        field(&Selection::limit).has_default().at_least(1).at_most(500);
    }
};

Task<ChargePage> get_charges(Query<Selection> selection, Database& database) {
    auto page = co_await database.read([&](Connection& db) {
        if (!selection->reference) return list_charges(db, selection->after, selection->limit);
        return ChargePage{.items = find_by_reference(db, *selection->reference), .next = std::nullopt};
    });
    co_return page;
}

Task<Refund> post_refund(std::string charge_id, Database& database) {
    bool given_back = false;
    const auto known = co_await database.write([&](Transaction& tx) {
        given_back = refund(tx, charge_id);
        return find_charge(tx, charge_id);
    });
    if (!known) throw HttpError{404, "Not found"};
    if (!given_back) throw HttpError{409, "There is nothing to give back"};
    co_return Refund{known->id, known->amount};
}

Task<> send_webhook(const SendWebhook& job, Database& database, const Clock& clock, const Merchant& merchant) {
    const auto found = co_await database.read([&](Connection& db) { return find_charge(db, job.charge_id); });
    if (!found) throw std::logic_error("there is no charge " + job.charge_id);
    const std::string type = found->status == ChargeStatus::succeeded ? "charge.succeeded" : "charge.declined";
    const std::string body = model::to_json(WebhookEvent{job.event_id, type, *found});
    http::ClientRequest request(Method::post, merchant.url, body);
    request.headers.append("Provider-Signature", security::sign_webhook(merchant.secret.reveal(), body, clock.now()));
    const auto reply = co_await merchant.client.send(std::move(request));
    if (reply.status < 200 || reply.status > 299) {
        throw std::runtime_error("the merchant answered the webhook with " + std::to_string(reply.status));
    }
}

}  // namespace

void install(App& app, const Clock& clock, const Merchant& merchant) {
    app.share(clock);
    app.post("/v1/charges", post_charge).errors(409);
    app.get("/v1/charges/{charge_id}", get_charge).errors(404);
    app.get("/v1/charges", get_charges);
    app.post("/v1/charges/{charge_id}/refund", post_refund).errors(404, 409);
    app.job<DecideCharge>([](const DecideCharge&) -> Task<> { co_return; },
                          [](const DecideCharge& job, Transaction& tx) { decide(tx, job.charge_id); });
    app.job<SendWebhook>([&, &database = *app.database()](const SendWebhook& job) {
        return send_webhook(job, database, clock, merchant);
    });
}

}  // namespace simulator
