#include "services/order/ledger.hpp"

#include "services/order/orders.hpp"

namespace order {

std::vector<contracts::OrderRecord> order_records(chassis::Connection& db, std::string_view after, int limit) {
    struct Head {
        contracts::OrderId id;
        contracts::OrderStatus status;
        chassis::Money total;
        chassis::base::Time changed_at;
    };
    const auto heads = db.all<Head>(
        "SELECT id, status, total_amount, total_currency, changed_at FROM orders WHERE id > $1 ORDER BY id LIMIT $2",
        after, limit);
    std::vector<contracts::OrderId> ids;
    for (const auto& head : heads) ids.push_back(head.id);
    auto lines = lines_of(db, ids);
    std::vector<contracts::OrderRecord> records;
    for (const auto& head : heads) {
        records.push_back({head.id, head.status, head.total, std::move(lines[head.id]), head.changed_at});
    }
    return records;
}

}  // namespace order
