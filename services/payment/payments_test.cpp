#include "services/payment/payments.hpp"

#include <gmock/gmock.h>

#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/recorder.hpp"
#include "services/payment/payment.hpp"

namespace payment {

namespace {

using namespace chassis;
using namespace std::chrono_literals;
using contracts::OrderId;
using contracts::PaymentId;

const Time now{1'700'000'000s};

class PaymentsTest : public testing::Test {
  protected:
    PaymentsTest() : database(file.open()), recorder(*database) {
        database->migrate(migrations());
        write([&](Transaction& tx) { begin(tx, created, now); });
        id = recorder.jobs<ChargeCard>().at(0).payment_id;
    }

    template <class F>
    std::invoke_result_t<F&, Transaction&> write(F f) {
        return database->write_blocking(std::move(f));
    }
    void hear(ChargeStatus status) {
        write([&](Transaction& tx) {
            std::optional<std::string> reason;
            if (status == ChargeStatus::declined) reason = "card_declined";
            learn(tx, id, {"ch_1", id, status, reason}, now);
        });
    }
    PaymentStatus status() {
        return database->read_blocking([&](Connection& db) { return find_payment(db, id)->status; });
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    messaging::Recorder recorder;
    const contracts::OrderCreated created{.order_id = OrderId{Uuid::random()},
                                          .customer_id = contracts::CustomerId{Uuid::random()},
                                          .email = "alice@example.com",
                                          .lines = {},
                                          .total = Money(1299, "EUR"),
                                          .payment_method = "pm_card_approved"};
    PaymentId id;
};

TEST_F(PaymentsTest, an_order_has_one_payment_however_often_it_is_announced) {
    write([&](Transaction& tx) { begin(tx, created, now); });
    EXPECT_EQ(recorder.jobs<ChargeCard>().size(), 1u);
    EXPECT_EQ(status(), PaymentStatus::charging);
}

TEST_F(PaymentsTest, a_success_is_published_once_whoever_brings_it) {
    hear(ChargeStatus::pending);
    hear(ChargeStatus::succeeded);
    hear(ChargeStatus::succeeded);
    hear(ChargeStatus::pending);
    const auto events = recorder.events<contracts::OrderPaid>();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].order_id, created.order_id);
    EXPECT_EQ(events[0].amount, created.total);
    EXPECT_EQ(status(), PaymentStatus::paid);
}

TEST_F(PaymentsTest, a_charge_that_is_pending_is_asked_for_later) {
    hear(ChargeStatus::pending);
    EXPECT_EQ(recorder.jobs<AskProvider>().size(), 1u);
}

TEST_F(PaymentsTest, a_late_reply_of_the_job_does_not_undo_the_webhook) {
    hear(ChargeStatus::declined);
    hear(ChargeStatus::pending);
    hear(ChargeStatus::succeeded);
    EXPECT_EQ(status(), PaymentStatus::failed);
    EXPECT_EQ(recorder.events<contracts::PaymentFailed>().at(0).reason, "card_declined");
    EXPECT_TRUE(recorder.events<contracts::OrderPaid>().empty());
    EXPECT_TRUE(recorder.jobs<AskProvider>().empty());
}

TEST_F(PaymentsTest, the_books_say_why_a_charge_was_declined) {
    hear(ChargeStatus::pending);
    hear(ChargeStatus::declined);
    const auto payment = database->read_blocking([&](Connection& db) { return find_payment(db, id); });
    EXPECT_EQ(payment->reason, "card_declined");
    EXPECT_EQ(payment->charge_id, "ch_1");
}

TEST_F(PaymentsTest, a_refusal_to_charge_at_all_fails_the_payment) {
    write([&](Transaction& tx) { learn(tx, id, {"", id, ChargeStatus::declined, "refused_by_provider_422"}, now); });
    EXPECT_EQ(status(), PaymentStatus::failed);
    EXPECT_EQ(recorder.events<contracts::PaymentFailed>().at(0).reason, "refused_by_provider_422");
    const auto payment = database->read_blocking([&](Connection& db) { return find_payment(db, id); });
    EXPECT_EQ(payment->charge_id, std::nullopt);
}

TEST_F(PaymentsTest, what_was_paid_can_be_given_back_once) {
    hear(ChargeStatus::succeeded);
    write([&](Transaction& tx) { begin_refund(tx, created.order_id, now); });
    write([&](Transaction& tx) { begin_refund(tx, created.order_id, now); });
    EXPECT_EQ(recorder.jobs<RefundCharge>().size(), 1u);
    write([&](Transaction& tx) { finish_refund(tx, id, now); });
    write([&](Transaction& tx) { finish_refund(tx, id, now); });
    EXPECT_EQ(recorder.events<contracts::PaymentRefunded>().size(), 1u);
    EXPECT_EQ(status(), PaymentStatus::refunded);
}

TEST_F(PaymentsTest, what_was_never_paid_is_not_given_back) {
    hear(ChargeStatus::declined);
    write([&](Transaction& tx) { begin_refund(tx, created.order_id, now); });
    EXPECT_TRUE(recorder.jobs<RefundCharge>().empty());
    EXPECT_EQ(status(), PaymentStatus::failed);
}

}  // namespace

}  // namespace payment
