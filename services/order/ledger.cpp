#include "services/order/ledger.hpp"

#include <map>

namespace order {

std::vector<contracts::OrderRecord> order_records(chassis::Connection& db, std::string_view after, int limit) {
    struct Head {
        contracts::OrderId id;
        contracts::OrderStatus status;
        chassis::Money total;
        chassis::base::Time changed_at;
    };
    struct Line {
        contracts::OrderId order_id;
        contracts::ProductId product_id;
        std::string name;
        int quantity;
        chassis::Money unit_price;
    };
    std::vector<contracts::OrderRecord> records;
    std::vector<contracts::OrderId> ids;
    std::map<contracts::OrderId, std::size_t> places;
    for (const auto& head : db.all<Head>("SELECT id, status, total_amount, total_currency, changed_at FROM orders "
                                         "WHERE id > $1 ORDER BY id LIMIT $2",
                                         after, limit)) {
        places[head.id] = records.size();
        ids.push_back(head.id);
        records.push_back({head.id, head.status, head.total, {}, head.changed_at});
    }
    for (auto& line : db.all<Line>(
             "SELECT order_id, product_id, name, quantity, unit_price_amount, unit_price_currency FROM order_lines "
             "WHERE order_id IN ($1) ORDER BY order_id, product_id",
             chassis::in(ids))) {
        records[places.at(line.order_id)].lines.push_back(
            {line.product_id, std::move(line.name), line.quantity, line.unit_price});
    }
    return records;
}

}  // namespace order
