#include "services/notification/mails.hpp"

#include <stdexcept>

#include "chassis/messaging/publish.hpp"
#include "chassis/model/json.hpp"

namespace notification {

namespace {

struct Remembered {
    std::string email;
    std::string lines;
    chassis::Money total;
};

std::string price(const chassis::Money& money) {
    return money.to_decimal() + " " + std::string(money.currency().code());
}

std::string subject_of(MailKind kind, const std::string& order) {
    switch (kind) {
        case MailKind::receipt:
            return "Your receipt for order " + order;
        case MailKind::payment_failed:
            return "Your payment for order " + order + " was declined";
        case MailKind::refund:
            return "Your money for order " + order + " is on its way back";
    }
    throw std::logic_error("a kind of mail without a subject");
}

std::string opening_of(MailKind kind) {
    switch (kind) {
        case MailKind::receipt:
            return "Thank you for your order. You bought:\n\n";
        case MailKind::payment_failed:
            return "Your card was declined, nothing was charged and nothing will be sent. You wanted:\n\n";
        case MailKind::refund:
            return "We could not fulfil your order and have given back what you paid. It was:\n\n";
    }
    throw std::logic_error("a kind of mail without an opening");
}

std::string body_of(MailKind kind, const Remembered& order) {
    std::string text = opening_of(kind);
    for (const auto& line : chassis::model::from_json<std::vector<contracts::OrderLine>>(order.lines)) {
        text += "  " + std::to_string(line.quantity) + " x " + line.name + " at " + price(line.unit_price) + "\n";
    }
    return text + "\nTotal: " + price(order.total) + "\n\nYour neighborhood\n";
}

}  // namespace

void remember(chassis::Transaction& tx, const contracts::OrderCreated& order) {
    tx.run(
        "INSERT INTO orders (id, email, lines, total_amount, total_currency) VALUES ($1, $2, $3, $4, $5) ON CONFLICT "
        "DO "
        "NOTHING",
        order.order_id, order.email, chassis::model::to_json(order.lines), order.total.amount(),
        order.total.currency().code());
}

void write_mail(chassis::Transaction& tx, contracts::OrderId order_id, MailKind kind, chassis::base::Time now) {
    const auto order =
        tx.one<Remembered>("SELECT email, lines, total_amount, total_currency FROM orders WHERE id = $1", order_id);
    if (!order) throw std::runtime_error("nothing is known of order " + to_string(order_id));
    const auto id = chassis::Uuid::random();
    const auto written = tx.run(
        "INSERT INTO mails (id, order_id, kind, recipient, subject, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, "
        "$7) "
        "ON CONFLICT (order_id, kind) DO NOTHING",
        id, order_id, kind, order->email, subject_of(kind, to_string(order_id)), body_of(kind, *order), now);
    if (written > 0) tx.enqueue(SendMail{id});
}

void mark_sent(chassis::Transaction& tx, chassis::Uuid id, chassis::base::Time now) {
    tx.run("UPDATE mails SET sent_at = $1 WHERE id = $2 AND sent_at IS NULL", now, id);
}

std::optional<Mail> find_mail(chassis::Connection& db, chassis::Uuid id) {
    return db.one<Mail>("SELECT * FROM mails WHERE id = $1", id);
}

std::vector<Mail> list_mails(chassis::Connection& db, std::optional<std::string_view> recipient, int limit) {
    if (recipient) {
        return db.all<Mail>("SELECT * FROM mails WHERE recipient = $1 ORDER BY id DESC LIMIT $2", *recipient, limit);
    }
    return db.all<Mail>("SELECT * FROM mails ORDER BY id DESC LIMIT $1", limit);
}

std::vector<contracts::MailRecord> mail_records(chassis::Connection& db, std::string_view after, int limit) {
    return db.all<contracts::MailRecord>(
        "SELECT id, order_id, kind, sent_at FROM mails WHERE id > $1 ORDER BY id LIMIT $2", after, limit);
}

}  // namespace notification
