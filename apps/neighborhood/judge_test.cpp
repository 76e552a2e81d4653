#include <gmock/gmock.h>

#include "apps/neighborhood/books.hpp"

namespace neighborhood {

namespace {

using contracts::OrderStatus;
using contracts::PaymentStatus;
using contracts::ReservationStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const chassis::Money price{1299, "EUR"};

// One order of one pair of socks, paid and settled.
struct Shop {
    contracts::OrderId order{chassis::Uuid::random()};
    contracts::PaymentId payment{chassis::Uuid::random()};
    contracts::ProductId socks{1};
    Books books;

    Shop() {
        books.orders.push_back({order, OrderStatus::paid, price, {{socks, "Socks", 1, price}}, {}});
        books.payments.push_back({payment, order, PaymentStatus::paid, price, "ch_1"});
        books.reservations.push_back({order, ReservationStatus::committed, {{socks, 1}}});
        books.charges.push_back({"ch_1", to_string(payment), price, ChargeStatus::succeeded, false});
        books.stock.push_back({socks, 249, 249, 1});
        books.mails.push_back({chassis::Uuid::random(), order, contracts::MailKind::receipt, chassis::Time{}});
    }
};

TEST(JudgeTest, books_that_agree_have_no_violations) {
    const auto verdict = judge(Shop{}.books);
    EXPECT_THAT(verdict.violations, IsEmpty());
    EXPECT_THAT(verdict.unsettled, IsEmpty());
    EXPECT_EQ(verdict.summary, "1 orders, 1 paid");
}

TEST(JudgeTest, a_paid_order_without_a_receipt_is_not_settled) {
    Shop shop;
    shop.books.mails[0].sent_at = std::nullopt;
    EXPECT_THAT(judge(shop.books).unsettled, ElementsAre(HasSubstr("has a mail that has not gone out")));
    shop.books.mails[0].kind = contracts::MailKind::refund;
    EXPECT_THAT(judge(shop.books).unsettled, ElementsAre(HasSubstr("has no mail that says so")));
}

TEST(JudgeTest, what_the_broker_still_has_is_not_settled) {
    Shop shop;
    shop.books.backlogs.push_back({"the group cart at the broker", 2, 0});
    EXPECT_THAT(judge(shop.books).unsettled, ElementsAre(HasSubstr("the group cart at the broker has 2")));
}

TEST(JudgeTest, a_second_charge_is_a_violation) {
    Shop shop;
    shop.books.charges.push_back({"ch_2", to_string(shop.payment), price, ChargeStatus::succeeded, false});
    EXPECT_THAT(judge(shop.books).violations, ElementsAre(HasSubstr("was charged 2 times")));
}

TEST(JudgeTest, a_paid_order_without_a_charge_is_a_violation) {
    Shop shop;
    shop.books.charges.clear();
    EXPECT_THAT(judge(shop.books).violations, ElementsAre(HasSubstr("the provider took nothing")));
}

TEST(JudgeTest, a_charge_of_another_amount_is_a_violation) {
    Shop shop;
    shop.books.charges[0].amount = chassis::Money{1300, "EUR"};
    EXPECT_THAT(judge(shop.books).violations, ElementsAre(HasSubstr("was charged another amount")));
}

TEST(JudgeTest, a_charge_for_a_declined_order_is_a_violation) {
    Shop shop;
    shop.books.orders[0].status = OrderStatus::payment_failed;
    shop.books.payments[0].status = PaymentStatus::failed;
    shop.books.reservations[0].status = ReservationStatus::released;
    EXPECT_THAT(judge(shop.books).violations, ElementsAre(HasSubstr("although its payment failed")));
}

TEST(JudgeTest, selling_what_was_not_reserved_is_a_violation) {
    Shop shop;
    shop.books.orders[0].lines[0].quantity = 2;
    EXPECT_THAT(judge(shop.books).violations, ElementsAre(HasSubstr("something else than it reserved")));
}

TEST(JudgeTest, stock_that_does_not_add_up_is_a_violation) {
    Shop shop;
    shop.books.stock[0].stock = 250;
    EXPECT_THAT(judge(shop.books).violations, ElementsAre(HasSubstr("do not add up")));
}

TEST(JudgeTest, a_dead_letter_is_a_violation_and_a_waiting_event_is_unsettled) {
    Shop shop;
    shop.books.backlogs = {{"payment", 3, 1}};
    const auto verdict = judge(shop.books);
    EXPECT_THAT(verdict.violations, ElementsAre("payment has 1 dead letters"));
    EXPECT_THAT(verdict.unsettled, ElementsAre("payment has 3 events or jobs to deal with"));
}

TEST(JudgeTest, a_pending_order_is_unsettled_and_no_violation) {
    Shop shop;
    shop.books.orders[0].status = OrderStatus::pending;
    shop.books.payments[0].status = PaymentStatus::charging;
    shop.books.reservations[0].status = ReservationStatus::held;
    shop.books.charges.clear();
    shop.books.mails.clear();
    const auto verdict = judge(shop.books);
    EXPECT_THAT(verdict.violations, IsEmpty());
    EXPECT_THAT(verdict.unsettled, ElementsAre(HasSubstr("is pending")));
}

TEST(JudgeTest, stock_held_for_no_order_is_unsettled) {
    Shop shop;
    shop.books.reservations.push_back(
        {contracts::OrderId{chassis::Uuid::random()}, ReservationStatus::held, {{shop.socks, 4}}});
    shop.books.stock[0].taken = 5;
    EXPECT_THAT(judge(shop.books).unsettled, ElementsAre(HasSubstr("which does not exist")));
}

}  // namespace

}  // namespace neighborhood
