#include "services/simulator/charges.hpp"

#include <gmock/gmock.h>

#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/recorder.hpp"
#include "services/simulator/simulator.hpp"

namespace simulator {

namespace {

using namespace chassis;
using namespace std::chrono_literals;

const Time now{1'700'000'000s};

class ChargesTest : public testing::Test {
  protected:
    ChargesTest() : database(file.open()), recorder(*database) { database->migrate(migrations()); }

    template <class F>
    std::invoke_result_t<F&, Transaction&> write(F f) {
        return database->write_blocking(std::move(f));
    }
    Charge charge_under(std::string key, std::string card, Time when = now, std::int64_t amount = 1299) {
        return write([=](Transaction& tx) { return charge(tx, key, {"pay-1", Money(amount, "EUR"), card}, when); });
    }
    Charge decided(const Charge& made) {
        write([&](Transaction& tx) { decide(tx, made.id); });
        return *database->read_blocking([&](Connection& db) { return find_charge(db, made.id); });
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    messaging::Recorder recorder;
};

TEST_F(ChargesTest, a_repeat_under_the_same_key_is_the_same_charge) {
    EXPECT_EQ(charge_under("k", "pm_card_approved").id, charge_under("k", "pm_card_approved").id);
}

TEST_F(ChargesTest, another_payload_under_the_same_key_is_refused) {
    charge_under("k", "pm_card_approved");
    EXPECT_THROW(charge_under("k", "pm_card_approved", now, 1300), KeyReused);
}

TEST_F(ChargesTest, a_key_is_forgotten_after_a_day_and_then_charges_again) {
    const auto first = charge_under("k", "pm_card_approved");
    const auto second = charge_under("k", "pm_card_approved", now + key_memory + 1s);
    EXPECT_NE(first.id, second.id);
    const auto found = database->read_blocking([](Connection& db) { return find_by_reference(db, "pay-1"); });
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].id, first.id);
}

TEST_F(ChargesTest, the_card_decides_and_a_webhook_tells) {
    EXPECT_EQ(decided(charge_under("a", "pm_card_approved")).status, ChargeStatus::succeeded);
    const auto declined = decided(charge_under("d", "pm_card_declined"));
    EXPECT_EQ(declined.status, ChargeStatus::declined);
    EXPECT_EQ(declined.reason, "card_declined");
    EXPECT_EQ(recorder.jobs<SendWebhook>().size(), 2u);
}

TEST_F(ChargesTest, a_card_that_is_no_test_card_is_declined) {
    const auto declined = decided(charge_under("typo", "pm_card_aproved"));
    EXPECT_EQ(declined.status, ChargeStatus::declined);
    EXPECT_EQ(declined.reason, "unknown_card");
}

TEST_F(ChargesTest, a_charge_is_decided_once) {
    const auto made = charge_under("k", "pm_card_approved");
    decided(made);
    decided(made);
    EXPECT_EQ(recorder.jobs<SendWebhook>().size(), 1u);
}

TEST_F(ChargesTest, only_what_was_taken_can_be_given_back) {
    const auto paid = decided(charge_under("a", "pm_card_approved"));
    const auto declined = decided(charge_under("d", "pm_card_declined"));
    EXPECT_TRUE(write([&](Transaction& tx) { return refund(tx, paid.id); }));
    EXPECT_TRUE(write([&](Transaction& tx) { return refund(tx, paid.id); })) << "the same refund again";
    EXPECT_FALSE(write([&](Transaction& tx) { return refund(tx, declined.id); }));
}

TEST_F(ChargesTest, keys_that_are_to_be_forgotten_are_found_by_an_index) {
    struct Step {
        int id;
        int parent;
        int notused;
        std::string detail;
    };
    const auto plan = write([](Transaction& tx) {
        return tx.all<Step>("EXPLAIN QUERY PLAN DELETE FROM idempotency_keys WHERE created_at < $1", now);
    });
    ASSERT_FALSE(plan.empty());
    EXPECT_THAT(plan[0].detail, testing::HasSubstr("idempotency_keys_by_time"));
}

}  // namespace

}  // namespace simulator
