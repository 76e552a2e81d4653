// The HTTP interface: a mailbox to look into, for development.
#include <optional>
#include <string>
#include <vector>

#include "chassis/app/events.hpp"
#include "chassis/app/service_token.hpp"
#include "chassis/base/failpoint.hpp"
#include "chassis/database/database.hpp"
#include "contracts/payment.hpp"
#include "services/notification/mailbox_page.hpp"
#include "services/notification/mailer.hpp"
#include "services/notification/mails.hpp"
#include "services/notification/notification.hpp"

namespace notification {

namespace {

using namespace chassis;

struct Selection {
    std::optional<std::string> to;
    int limit = 50;

    static void rules(Rules<Selection>& field) {
        field(&Selection::to).about("Just the mails to this address");
        field(&Selection::limit).has_default().at_least(1).at_most(200);
    }
};

struct MailPage {
    std::vector<Mail> items;
};

Task<std::vector<Mail>> mails(Database& database, const Selection& selection) {
    auto found = co_await database.read([&](Connection& db) {
        std::optional<std::string_view> to;
        if (selection.to) to = *selection.to;
        return list_mails(db, to, selection.limit);
    });
    co_return found;
}

Task<MailPage> get_mails(Query<Selection> selection, Database& database) {
    auto found = co_await mails(database, *selection);
    co_return MailPage{std::move(found)};
}

Task<Mail> get_mail(Uuid mail_id, Database& database) {
    auto found = co_await database.read([&](Connection& db) { return find_mail(db, mail_id); });
    if (!found) throw HttpError{404, "Not found"};
    co_return std::move(*found);
}

Task<Response> get_page(Query<Selection> selection, Database& database) {
    const auto found = co_await mails(database, *selection);
    Response response = Response::text(200, mailbox_page(found));
    response.content_type = "text/html; charset=utf-8";
    co_return response;
}

Task<contracts::MailRecords> get_records(Query<contracts::LedgerPage<std::string>> page, Database& database) {
    auto records = co_await database.read([&](Connection& db) { return mail_records(db, page->after, page->limit); });
    co_return contracts::MailRecords{std::move(records)};
}

Task<> send_mail(const SendMail& job, Database& database, const Mailer& mailer) {
    auto mail = co_await database.read([&](Connection& db) { return find_mail(db, job.mail_id); });
    if (!mail) throw std::runtime_error("there is no mail " + to_string(job.mail_id));
    if (mail->sent_at) co_return;
    co_await mailer.send(std::move(*mail));
    failpoint("mail.after_send");
}

}  // namespace

void install(App& app, const Needs& needs) {
    const Clock& clock = needs.clock;
    const Mailer& mailer = needs.mailer;
    app.get("/mailbox", get_page).hidden();
    app.get("/v1/mailbox", get_mails);
    app.get("/v1/mailbox/{mail_id}", get_mail).errors(404);
    app.get("/internal/mails", get_records).hook(require_service_token(needs.service_token)).errors(401).hidden();
    app.on<contracts::OrderCreated>("notification",
                                    [](const contracts::OrderCreated& event, Transaction& tx) { remember(tx, event); });
    app.on<contracts::OrderPaid>("notification", [&clock](const contracts::OrderPaid& event, Transaction& tx) {
        write_mail(tx, event.order_id, MailKind::receipt, clock.now());
    });
    app.on<contracts::PaymentFailed>("notification", [&clock](const contracts::PaymentFailed& event, Transaction& tx) {
        write_mail(tx, event.order_id, MailKind::payment_failed, clock.now());
    });
    app.on<contracts::PaymentRefunded>("notification",
                                       [&clock](const contracts::PaymentRefunded& event, Transaction& tx) {
                                           write_mail(tx, event.order_id, MailKind::refund, clock.now());
                                       });
    app.job<SendMail>(
        [&mailer, &database = *app.database()](const SendMail& job) { return send_mail(job, database, mailer); },
        [&clock](const SendMail& job, Transaction& tx) { mark_sent(tx, job.mail_id, clock.now()); });
}

}  // namespace notification
