#include "services/product/ledger.hpp"

#include <map>

namespace product {

std::vector<contracts::StockRecord> stock_records(chassis::Connection& db, std::int64_t after, int limit) {
    return db.all<contracts::StockRecord>(
        "SELECT id, stock, "
        "(SELECT COALESCE(SUM(delta), 0) FROM stock_changes WHERE product_id = products.id) AS changes, "
        "(SELECT COALESCE(-SUM(delta), 0) FROM stock_changes WHERE product_id = products.id AND reason <> 'delivered') "
        "AS taken FROM products WHERE id > $1 ORDER BY id LIMIT $2",
        after, limit);
}

std::vector<contracts::ReservationRecord> reservation_records(chassis::Connection& db, std::string_view after,
                                                              int limit) {
    struct Head {
        contracts::OrderId order_id;
        contracts::ReservationStatus status;
    };
    struct Line {
        contracts::OrderId order_id;
        contracts::ProductId product_id;
        int quantity;
    };
    std::vector<contracts::ReservationRecord> records;
    std::vector<contracts::OrderId> ids;
    std::map<contracts::OrderId, std::size_t> places;
    for (const auto& head :
         db.all<Head>("SELECT order_id, status FROM reservations WHERE order_id > $1 ORDER BY order_id LIMIT $2", after,
                      limit)) {
        places[head.order_id] = records.size();
        ids.push_back(head.order_id);
        records.push_back({head.order_id, head.status, {}});
    }
    for (const auto& line : db.all<Line>("SELECT order_id, product_id, quantity FROM reservation_lines WHERE order_id "
                                         "IN ($1) ORDER BY order_id, product_id",
                                         chassis::in(ids))) {
        records[places.at(line.order_id)].lines.push_back({line.product_id, line.quantity});
    }
    return records;
}

}  // namespace product
