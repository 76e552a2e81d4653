#include "services/product/stock.hpp"

#include <gmock/gmock.h>

#include <map>

#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/recorder.hpp"
#include "services/product/catalog.hpp"
#include "services/product/ledger.hpp"
#include "services/product/product.hpp"

namespace product {

namespace {

using namespace chassis;
using namespace std::chrono_literals;
using contracts::NewReservation;
using contracts::OrderId;
using contracts::ProductId;
using contracts::ReservationStatus;
using testing::ElementsAre;

const Time now{1'700'000'000s};
constexpr auto time_to_pay = 15min;

class StockTest : public testing::Test {
  protected:
    StockTest() : database(file.open()), recorder(*database) {
        database->migrate(migrations());
        const DemoProduct shelf[] = {{1, "SOCKS", "Socks", "12.99", 5, ""}, {2, "HAT", "Hat", "24.50", 3, ""}};
        write([&](Transaction& tx) { add_products(tx, shelf, now); });
    }
    ~StockTest() override {
        // Whatever a test does: a product's stock is the sum of its changes, and what is taken is what reservations
        // hold.
        std::map<ProductId, std::int64_t> held;
        for (const auto& one :
             database->read_blocking([](Connection& db) { return reservation_records(db, "", 100); })) {
            if (one.status == ReservationStatus::released) continue;
            for (const auto& line : one.lines) held[line.product_id] += line.quantity;
        }
        for (const auto& record : database->read_blocking([](Connection& db) { return stock_records(db, 0, 100); })) {
            EXPECT_EQ(record.stock, record.changes) << "product " << record.id.value;
            EXPECT_EQ(record.taken, held[record.id]) << "product " << record.id.value;
        }
    }

    template <class F>
    std::invoke_result_t<F&, Transaction&> write(F f) {
        return database->write_blocking(std::move(f));
    }
    int stock(int id) {
        return database->read_blocking([=](Connection& db) { return find_product(db, ProductId{id})->stock; });
    }
    contracts::Reservation hold(OrderId order, NewReservation wanted) {
        return write([=](Transaction& tx) { return reserve(tx, order, wanted, now, time_to_pay); });
    }
    bool give_up_attempt(std::int64_t attempt) {
        return write([=, this](Transaction& tx) { return give_up(tx, order, attempt, now); });
    }
    ReservationStatus status(OrderId order) {
        return database->read_blocking([=](Connection& db) { return find_reservation(db, order)->status; });
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    messaging::Recorder recorder;
    OrderId order{Uuid::random()};
};

TEST_F(StockTest, a_reservation_takes_stock_and_names_the_prices) {
    const auto reservation = hold(order, {.lines = {{ProductId{2}, 1}, {ProductId{1}, 2}}, .attempt = 1});
    EXPECT_EQ(reservation.status, ReservationStatus::held);
    EXPECT_EQ(reservation.total, Money(2 * 1299 + 2450, "EUR"));
    ASSERT_EQ(reservation.lines.size(), 2u);
    EXPECT_EQ(reservation.lines[0].name, "Socks");
    EXPECT_EQ(reservation.lines[0].unit_price, Money(1299, "EUR"));
    EXPECT_EQ(stock(1), 3);
    EXPECT_EQ(stock(2), 2);
}

TEST_F(StockTest, a_repeat_is_the_same_reservation) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1});
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 2});
    EXPECT_EQ(stock(1), 3);
    EXPECT_EQ(recorder.jobs<ExpireReservation>().size(), 1u);
}

TEST_F(StockTest, other_lines_take_the_place_of_those_that_were_held) {
    hold(order, {.lines = {{ProductId{1}, 5}}, .attempt = 1});
    hold(order, {.lines = {{ProductId{1}, 4}, {ProductId{2}, 3}}, .attempt = 2});
    EXPECT_EQ(stock(1), 1);
    EXPECT_EQ(stock(2), 0);
}

TEST_F(StockTest, two_lines_of_one_product_are_one) {
    const auto reservation = hold(order, {.lines = {{ProductId{1}, 2}, {ProductId{1}, 3}}, .attempt = 1});
    ASSERT_EQ(reservation.lines.size(), 1u);
    EXPECT_EQ(reservation.lines[0].quantity, 5);
    EXPECT_EQ(stock(1), 0);
}

TEST_F(StockTest, too_little_of_one_product_reserves_nothing) {
    EXPECT_THROW(hold(order, {.lines = {{ProductId{1}, 1}, {ProductId{2}, 4}}, .attempt = 1}), OutOfStock);
    EXPECT_EQ(stock(1), 5);
    EXPECT_EQ(stock(2), 3);
    EXPECT_FALSE(database->read_blocking([&](Connection& db) { return find_reservation(db, order); }));
}

TEST_F(StockTest, an_unknown_product_cannot_be_reserved) {
    EXPECT_THROW(hold(order, {.lines = {{ProductId{9}, 1}}, .attempt = 1}), UnknownProduct);
}

TEST_F(StockTest, a_release_puts_the_stock_back_once) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1});
    EXPECT_TRUE(write([&](Transaction& tx) { return release(tx, order, now); }));
    EXPECT_FALSE(write([&](Transaction& tx) { return release(tx, order, now); }));
    EXPECT_EQ(stock(1), 5);
    EXPECT_THROW(hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1}), Overtaken) << "a repeat that comes late";
    EXPECT_EQ(stock(1), 5);
}

TEST_F(StockTest, an_attempt_that_is_given_up_holds_nothing_any_more) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1});
    EXPECT_TRUE(give_up_attempt(1));
    EXPECT_FALSE(give_up_attempt(1));
    EXPECT_EQ(stock(1), 5);
    EXPECT_THROW(hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1}), Overtaken);
    EXPECT_EQ(stock(1), 5);
    hold(order, {.lines = {{ProductId{1}, 3}}, .attempt = 2});
    EXPECT_EQ(stock(1), 2);
}

TEST_F(StockTest, an_attempt_that_is_given_up_before_it_arrives_never_holds) {
    EXPECT_FALSE(give_up_attempt(2));
    EXPECT_FALSE(give_up_attempt(1)) << "late, and lowers no fence";
    for (const int late : {1, 2}) {
        EXPECT_THROW(hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = late}), Overtaken) << late;
    }
    EXPECT_EQ(stock(1), 5);
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 3});
    EXPECT_EQ(stock(1), 3);
}

TEST_F(StockTest, giving_up_an_earlier_attempt_leaves_a_later_one_alone) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 2});
    EXPECT_FALSE(give_up_attempt(1));
    EXPECT_EQ(stock(1), 3);
}

TEST_F(StockTest, an_attempt_that_comes_late_does_not_replace_a_later_one) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 2});
    EXPECT_THROW(hold(order, {.lines = {{ProductId{2}, 3}}, .attempt = 1}), Overtaken);
    EXPECT_EQ(stock(1), 3);
    EXPECT_EQ(stock(2), 3);
}

TEST_F(StockTest, fences_are_forgotten_in_time) {
    const auto fences = [&] {
        return database->read_blocking(
            [](Connection& db) { return db.one<std::int64_t>("SELECT COUNT(*) FROM reservation_fences"); });
    };
    give_up_attempt(1);
    const OrderId other{Uuid::random()};
    write([&](Transaction& tx) { return give_up(tx, other, 1, now + time_fenced + 1s); });
    EXPECT_EQ(fences(), 1);
}

TEST_F(StockTest, what_is_committed_is_not_released_any_more) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1});
    EXPECT_TRUE(write([&](Transaction& tx) { return commit(tx, order, now); }));
    EXPECT_FALSE(write([&](Transaction& tx) { return give_up(tx, order, 9, now); }));
    EXPECT_FALSE(write([&](Transaction& tx) { return expire(tx, order, now + 1h); }));
    EXPECT_EQ(stock(1), 3);
    EXPECT_EQ(status(order), ReservationStatus::committed);
}

TEST_F(StockTest, a_reservation_expires_at_its_time_and_not_before) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1});
    EXPECT_FALSE(write([&](Transaction& tx) { return expire(tx, order, now + time_to_pay - 1s); }));
    EXPECT_EQ(stock(1), 3);
    EXPECT_TRUE(write([&](Transaction& tx) { return expire(tx, order, now + time_to_pay); }));
    EXPECT_EQ(stock(1), 5);
}

TEST_F(StockTest, a_payment_after_the_expiry_takes_the_stock_again) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1});
    write([&](Transaction& tx) { return expire(tx, order, now + time_to_pay); });
    EXPECT_TRUE(write([&](Transaction& tx) { return commit(tx, order, now + 1h); }));
    EXPECT_EQ(stock(1), 3);
    EXPECT_EQ(status(order), ReservationStatus::committed);
}

TEST_F(StockTest, a_payment_after_the_expiry_fails_when_others_have_taken_the_stock) {
    hold(order, {.lines = {{ProductId{1}, 2}, {ProductId{2}, 1}}, .attempt = 1});
    write([&](Transaction& tx) { return expire(tx, order, now + time_to_pay); });
    hold(OrderId{Uuid::random()}, {.lines = {{ProductId{2}, 3}}, .attempt = 1});
    EXPECT_FALSE(write([&](Transaction& tx) { return commit(tx, order, now + 1h); }));
    EXPECT_EQ(stock(1), 5);
    EXPECT_EQ(status(order), ReservationStatus::released);
}

TEST_F(StockTest, the_books_show_what_is_taken) {
    hold(order, {.lines = {{ProductId{1}, 2}}, .attempt = 1});
    const auto records = database->read_blocking([](Connection& db) { return stock_records(db, 0, 100); });
    EXPECT_EQ(records[0].taken, 2);
    EXPECT_EQ(records[1].taken, 0);
    const auto reservations = database->read_blocking([](Connection& db) { return reservation_records(db, "", 100); });
    ASSERT_EQ(reservations.size(), 1u);
    EXPECT_EQ(reservations[0].lines.at(0).quantity, 2);
}

}  // namespace

}  // namespace product
