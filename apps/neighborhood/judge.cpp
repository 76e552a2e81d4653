#include <algorithm>
#include <map>

#include "apps/neighborhood/books.hpp"
#include "chassis/model/enums.hpp"

namespace neighborhood {

namespace {

using contracts::MailKind;
using contracts::OrderStatus;
using contracts::PaymentStatus;
using contracts::ReservationStatus;

std::string name(const auto& value) { return std::string(chassis::model::enum_name(value)); }

// What each status of an order means for the other books, once everything has settled.
bool fits(OrderStatus order, PaymentStatus payment) {
    switch (order) {
        case OrderStatus::pending:
            return payment == PaymentStatus::charging;
        case OrderStatus::paid:
            return payment == PaymentStatus::paid;
        case OrderStatus::payment_failed:
            return payment == PaymentStatus::failed;
        case OrderStatus::refunded:
            return payment == PaymentStatus::refunded;
    }
    return false;
}

bool fits(OrderStatus order, ReservationStatus reservation) {
    switch (order) {
        case OrderStatus::pending:
            return reservation == ReservationStatus::held;
        case OrderStatus::paid:
            return reservation == ReservationStatus::committed;
        case OrderStatus::payment_failed:
        case OrderStatus::refunded:
            return reservation == ReservationStatus::released;
    }
    return false;
}

std::optional<MailKind> mail_about(OrderStatus order) {
    switch (order) {
        case OrderStatus::pending:
            return std::nullopt;
        case OrderStatus::paid:
            return MailKind::receipt;
        case OrderStatus::payment_failed:
            return MailKind::payment_failed;
        case OrderStatus::refunded:
            return MailKind::refund;
    }
    return std::nullopt;
}

class Judge {
  public:
    explicit Judge(const Books& books) : books_(books) {
        for (const auto& order : books.orders) orders_[order.id] = &order;
        for (const auto& payment : books.payments) payments_[payment.order_id] = &payment;
        for (const auto& one : books.reservations) reservations_[one.order_id] = &one;
        for (const auto& charge : books.charges) charges_.emplace(charge.reference, &charge);
        for (const auto& mail : books.mails) mails_[{mail.order_id, mail.kind}] = &mail;
    }

    Verdict judge() {
        for (const auto& order : books_.orders) check_order(order);
        check_money();
        check_stock();
        for (const auto& backlog : books_.backlogs) {
            if (backlog.waiting > 0) {
                unsettled(backlog.whose + " has " + std::to_string(backlog.waiting) + " events or jobs to deal with");
            }
            if (backlog.dead_letters > 0) {
                violation(backlog.whose + " has " + std::to_string(backlog.dead_letters) + " dead letters");
            }
        }
        std::map<std::string, int> counts;
        for (const auto& order : books_.orders) ++counts[name(order.status)];
        verdict_.summary = std::to_string(books_.orders.size()) + " orders";
        for (const auto& [status, count] : counts) verdict_.summary += ", " + std::to_string(count) + " " + status;
        return std::move(verdict_);
    }

  private:
    void violation(std::string text) { verdict_.violations.push_back(std::move(text)); }
    void unsettled(std::string text) { verdict_.unsettled.push_back(std::move(text)); }

    void check_order(const contracts::OrderRecord& order) {
        const std::string who = "order " + to_string(order.id) + " (" + name(order.status) + ")";
        if (order.status == OrderStatus::pending) unsettled(who + " is pending");
        const auto payment = payments_.find(order.id);
        if (payment == payments_.end()) {
            unsettled(who + " has no payment");
        } else {
            check_payment(who, order, *payment->second);
        }
        check_mail(who, order);
        const auto reservation = reservations_.find(order.id);
        if (reservation == reservations_.end()) {
            violation(who + " has no reservation");
        } else {
            if (!fits(order.status, reservation->second->status)) {
                unsettled(who + " has a reservation that is " + name(reservation->second->status));
            }
            const bool same_lines =
                std::ranges::equal(order.lines, reservation->second->lines, [](const auto& sold, const auto& reserved) {
                    return sold.product_id == reserved.product_id && sold.quantity == reserved.quantity;
                });
            if (!same_lines) violation(who + " sold something else than it reserved");
        }
    }

    void check_mail(const std::string& who, const contracts::OrderRecord& order) {
        const auto kind = mail_about(order.status);
        if (!kind) return;
        const auto mail = mails_.find({order.id, *kind});
        if (mail == mails_.end()) {
            unsettled(who + " has no mail that says so");
        } else if (!mail->second->sent_at) {
            unsettled(who + " has a mail that has not gone out");
        }
    }

    void check_payment(const std::string& who, const contracts::OrderRecord& order,
                       const contracts::PaymentRecord& payment) {
        if (payment.amount != order.total) violation(who + " has a payment of another amount");
        if (!fits(order.status, payment.status)) unsettled(who + " has a payment that is " + name(payment.status));
        const auto [first, last] = charges_.equal_range(to_string(payment.id));
        const auto taken = std::count_if(
            first, last, [](const auto& entry) { return entry.second->status == ChargeStatus::succeeded; });
        if (taken > 1) violation(who + " was charged " + std::to_string(taken) + " times");
        const bool was_paid = payment.status != PaymentStatus::charging && payment.status != PaymentStatus::failed;
        if (was_paid && taken == 0) violation(who + " counts as paid, but the provider took nothing");
        if (payment.status == PaymentStatus::failed && taken > 0)
            violation(who + " was charged although its payment failed");
        for (auto entry = first; entry != last; ++entry) {
            const ChargeRecord& charge = *entry->second;
            if (charge.amount != order.total) violation(who + " was charged another amount");
            if (charge.refunded && payment.status != PaymentStatus::refunded &&
                payment.status != PaymentStatus::refunding) {
                violation(who + " was refunded without our knowing");
            }
        }
    }

    // Money in = paid orders - refunds, over all.
    void check_money() {
        std::map<std::string, std::int64_t> difference;
        for (const auto& charge : books_.charges) {
            if (charge.status == ChargeStatus::succeeded && !charge.refunded) {
                difference[std::string(charge.amount.currency().code())] += charge.amount.amount();
            }
        }
        for (const auto& order : books_.orders) {
            if (order.status == OrderStatus::paid) {
                difference[std::string(order.total.currency().code())] -= order.total.amount();
            }
        }
        for (const auto& [currency, amount] : difference) {
            if (amount != 0) {
                unsettled("the provider holds " + std::to_string(amount) + " minor units of " + currency +
                          " more than the paid orders are worth");
            }
        }
        for (const auto& payment : books_.payments) {
            if (!orders_.contains(payment.order_id)) violation("payment " + to_string(payment.id) + " has no order");
        }
    }

    void check_stock() {
        std::map<contracts::ProductId, std::int64_t> taken;
        for (const auto& reservation : books_.reservations) {
            if (reservation.status == ReservationStatus::released) continue;
            if (!orders_.contains(reservation.order_id)) {
                unsettled("stock is held for order " + to_string(reservation.order_id) + ", which does not exist");
            }
            for (const auto& line : reservation.lines) taken[line.product_id] += line.quantity;
        }
        for (const auto& record : books_.stock) {
            const std::string who = "product " + std::to_string(record.id.value);
            if (record.stock < 0) violation(who + " has a stock below zero");
            if (record.stock != record.changes) violation(who + " has a stock that its changes do not add up to");
            if (record.taken != taken[record.id]) {
                unsettled(who + " has " + std::to_string(record.taken) + " taken, its reservations say " +
                          std::to_string(taken[record.id]));
            }
        }
    }

    const Books& books_;
    Verdict verdict_;
    std::map<contracts::OrderId, const contracts::OrderRecord*> orders_;
    std::map<contracts::OrderId, const contracts::PaymentRecord*> payments_;
    std::map<contracts::OrderId, const contracts::ReservationRecord*> reservations_;
    std::multimap<std::string, const ChargeRecord*> charges_;
    std::map<std::pair<contracts::OrderId, MailKind>, const contracts::MailRecord*> mails_;
};

}  // namespace

Verdict judge(const Books& books) { return Judge(books).judge(); }

}  // namespace neighborhood
