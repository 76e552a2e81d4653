// The mails that customers get about their orders: what they say, and which have gone out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "contracts/ledger.hpp"
#include "contracts/order.hpp"

namespace notification {

using contracts::MailKind;

struct Mail {
    chassis::Uuid id;
    contracts::OrderId order_id;
    MailKind kind;
    std::string recipient;
    std::string subject;
    std::string body;  // plain text, UTF-8
    chassis::base::Time created_at;
    std::optional<chassis::base::Time> sent_at;
};

// Hands a mail to the mailer; a job, because mail leaves the transaction.
struct SendMail {
    static constexpr std::string_view job_type = "notification.send_mail";
    chassis::Uuid mail_id;
    std::string job_key() const { return to_string(mail_id); }
};

// Remembers what the order's mails will say.
void remember(chassis::Transaction& tx, const contracts::OrderCreated& order);

// Writes the order's mail of this kind and has it sent; a second call changes nothing. Throws std::runtime_error for an
// order that was not remembered.
void write_mail(chassis::Transaction& tx, contracts::OrderId order_id, MailKind kind, chassis::base::Time now);

void mark_sent(chassis::Transaction& tx, chassis::Uuid id, chassis::base::Time now);

std::optional<Mail> find_mail(chassis::Connection& db, chassis::Uuid id);

// Newest first; of one recipient when one is given.
std::vector<Mail> list_mails(chassis::Connection& db, std::optional<std::string_view> recipient, int limit);

// What the notification service shows of its books: by ascending id, as text.
std::vector<contracts::MailRecord> mail_records(chassis::Connection& db, std::string_view after, int limit);

}  // namespace notification
