// What each service shows of its books to who holds the service token, so that they can be compared: `neighborhood
// check`. Every list is a keyset page: `?after=<the last id>&limit=<at most 500>`, by ascending id.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/base/money.hpp"
#include "contracts/ids.hpp"
#include "contracts/order.hpp"
#include "contracts/product.hpp"

namespace contracts {

// ?after=&limit= of a book whose ids are of type Key.
template <class Key>
struct LedgerPage {
    Key after;
    int limit = 500;

    static void rules(chassis::Rules<LedgerPage>& field) {
        field(&LedgerPage::after).has_default().about("The last id of the page before");
        field(&LedgerPage::limit).has_default().at_least(1).at_most(500);
    }
};

// order: GET /internal/orders
struct OrderRecord {
    OrderId id;
    OrderStatus status;
    chassis::Money total;
    std::vector<OrderLine> lines;
    chassis::base::Time changed_at;
};
struct OrderRecords {
    std::vector<OrderRecord> items;
};

enum class PaymentStatus { charging, paid, failed, refunding, refunded };

// payment: GET /internal/payments
struct PaymentRecord {
    PaymentId id;
    OrderId order_id;
    PaymentStatus status;
    chassis::Money amount;
    std::optional<std::string> charge_id;
};
struct PaymentRecords {
    std::vector<PaymentRecord> items;
};

enum class MailKind { receipt, payment_failed, refund };

// notification: GET /internal/mails
struct MailRecord {
    chassis::Uuid id;
    OrderId order_id;
    MailKind kind;
    std::optional<chassis::base::Time> sent_at;
};
struct MailRecords {
    std::vector<MailRecord> items;
};

// product: GET /internal/stock. `stock` is what the shelf says, `changes` the sum of all that happened to it.
struct StockRecord {
    ProductId id;
    std::int64_t stock;
    std::int64_t changes;
    std::int64_t taken;  // by reservations that are held or committed
};
struct StockRecords {
    std::vector<StockRecord> items;
};

// product: GET /internal/reservations
struct ReservationRecord {
    OrderId order_id;
    ReservationStatus status;
    std::vector<ReservationLine> lines;
};
struct ReservationRecords {
    std::vector<ReservationRecord> items;
};

}  // namespace contracts
