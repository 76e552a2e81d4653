#include "chassis/app/claim_table.hpp"

#include <span>

#include "chassis/base/failpoint.hpp"

namespace chassis::app::claims {
std::span<const database::Migration> migrations();
}

namespace chassis::app {
namespace {

struct Row {
    std::string fingerprint;
    base::Uuid id;
    base::Uuid owner;
    base::Time lease_until;
    bool done;
    int status;
    std::string content_type;
    std::string headers;
    std::string body;
};

// True when the row is new.
bool insert(database::Transaction& tx, const detail::ClaimState& state, base::Time now, base::Time lease_until) {
    return tx.run(
               "INSERT INTO chassis_claims (route, principal, claim_key, fingerprint, id, owner, attempts, "
               "lease_until, "
               "created_at, done, status, content_type, headers, body) "
               "VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, FALSE, 0, '', '', '') "
               "ON CONFLICT (route, principal, claim_key) DO NOTHING",
               state.route, state.principal, state.key, state.fingerprint, state.id, state.owner, lease_until,
               now) == 1;
}

Row find(database::Transaction& tx, const detail::ClaimState& state) {
    return tx
        .one<Row>(
            "SELECT fingerprint, id, owner, lease_until, done, status, content_type, headers, body "
            "FROM chassis_claims WHERE route = $1 AND principal = $2 AND claim_key = $3",
            state.route, state.principal, state.key)
        .value();
}

}  // namespace

ClaimTable::ClaimTable(database::Database& database) : database_(database) {
    database.migrate(claims::migrations(), "chassis_claims");
}

async::Task<ClaimTable::Found> ClaimTable::claim(detail::ClaimState& state, const IdempotencySettings& settings) {
    state.id = base::Uuid::random();
    state.owner = base::Uuid::random();
    const base::Time now = settings.clock->now();
    const base::Time lease_until = now + settings.lease;
    const base::Time forgotten = now - settings.keep;
    base::Uuid id = state.id;
    auto take = [&](database::Transaction& tx) -> Found {
        tx.run("DELETE FROM chassis_claims WHERE route = $3 AND created_at < $1 AND lease_until < $2", forgotten, now,
               state.route);
        id = state.id;
        if (insert(tx, state, now, lease_until)) return {.kind = Found::Kind::ours};
        Row row = find(tx, state);
        if (row.fingerprint != state.fingerprint) return {.kind = Found::Kind::another_request};
        if (row.done) {
            return {.kind = Found::Kind::done,
                    .reply = {row.status, std::move(row.content_type), std::move(row.headers), std::move(row.body)}};
        }
        if (row.lease_until > now) return {.kind = Found::Kind::at_work, .lease_until = row.lease_until};
        tx.run(
            "UPDATE chassis_claims SET owner = $4, lease_until = $5, attempts = attempts + 1 "
            "WHERE route = $1 AND principal = $2 AND claim_key = $3",
            state.route, state.principal, state.key, state.owner, lease_until);
        id = row.id;
        return {.kind = Found::Kind::ours};
    };
    Found found = co_await database_.write(take);
    state.id = id;
    if (found.kind == Found::Kind::ours) failpoint("claim.after_insert");
    co_return found;
}

async::Task<> ClaimTable::release(const detail::ClaimState& state, bool nothing_done) {
    auto let_go = [&](database::Transaction& tx) {
        if (nothing_done) {
            tx.run(
                "DELETE FROM chassis_claims WHERE route = $1 AND principal = $2 AND claim_key = $3 AND owner = $4 "
                "AND done = FALSE AND attempts = 1",
                state.route, state.principal, state.key, state.owner);
        }
        tx.run(
            "UPDATE chassis_claims SET lease_until = 0 WHERE route = $1 AND principal = $2 AND claim_key = $3 "
            "AND owner = $4 AND done = FALSE",
            state.route, state.principal, state.key, state.owner);
    };
    co_await database_.write(let_go);
}

async::Task<bool> ClaimTable::complete(const detail::ClaimState& state, const http::Response& response) {
    failpoint("claim.before_complete");
    auto store = [&](database::Transaction& tx) {
        const Row row = find(tx, state);
        if (row.owner != state.owner) return false;
        if (!row.done) detail::store_reply(tx, state, response);
        return true;
    };
    const bool stored = co_await database_.write(store);
    co_return stored;
}

async::Task<> ClaimTable::release_all() {
    auto let_go = [](database::Transaction& tx) {
        tx.run("UPDATE chassis_claims SET lease_until = 0 WHERE done = FALSE");
    };
    co_await database_.write(let_go);
}

namespace detail {

void store_reply(database::Transaction& tx, const ClaimState& state, const http::Response& response) {
    const auto type = response.headers.get("Content-Type").value_or(response.body.empty() ? "" : response.content_type);
    const auto stored = tx.run(
        "UPDATE chassis_claims SET done = TRUE, status = $5, content_type = $6, headers = $7, body = $8 "
        "WHERE route = $1 AND principal = $2 AND claim_key = $3 AND owner = $4 AND done = FALSE",
        state.route, state.principal, state.key, state.owner, response.status, type, response.headers.wire(),
        response.body);
    if (stored == 0) throw ClaimLost();
}

}  // namespace detail
}  // namespace chassis::app
