#include "apps/neighborhood/topology.hpp"

namespace neighborhood {

namespace {

// Each service owns one database file of its own.
Environment owns_a_database(const Place& place, const std::string& name) {
    return {{"DATABASE_URL", "sqlite:" + (place.data / (name + ".db")).string()}};
}

std::function<Environment(const Place&)> with_database(const std::string& name, Environment more = {}) {
    return [name, more](const Place& place) {
        Environment all = owns_a_database(place, name);
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
}

}  // namespace

Topology shop() {
    return {
        // The mailbox shows everybody's mail.
        {"gateway", "gateway", 0,
         [](const Place& place) { return Environment{{"DEVELOPMENT", place.on_loopback ? "true" : "false"}}; }},
        {"order", "order", 1, with_database("order")},
        {"cart", "cart", 1, with_database("cart")},
        {"product", "product", 1, with_database("product", {{"DEMO_DATA", "true"}})},
        {"payment", "payment", 1,
         [](const Place& place) {
             Environment all = owns_a_database(place, "payment");
             all.emplace_back("PROVIDER_URL", place.url("simulator"));
             all.emplace_back("PROVIDER_WEBHOOK_SECRET", place.webhook_secret);
             return all;
         }},
        {"notification", "notification", 1,
         [](const Place& place) {
             Environment all = owns_a_database(place, "notification");
             all.emplace_back("MAILBOX", (place.data / "mailbox").string());
             return all;
         }},
        {"auth", "auth", 1,
         [](const Place& place) {
             Environment all = owns_a_database(place, "auth");
             all.emplace_back("SIGNING_KEY_FILE", (place.data / "secrets" / "signing_key.pem").string());
             return all;
         }},
        {"simulator", "simulator", 2,
         [](const Place& place) {
             Environment all = owns_a_database(place, "simulator");
             all.emplace_back("WEBHOOK_URL", place.url("payment") + "/v1/webhooks/provider");
             all.emplace_back("WEBHOOK_SECRET", place.webhook_secret);
             return all;
         }},
        {"broker", "broker", 3, with_database("broker")},
    };
}

}  // namespace neighborhood
