#include "services/order/orders.hpp"

#include <gmock/gmock.h>

#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/recorder.hpp"
#include "services/order/ledger.hpp"
#include "services/order/order.hpp"

namespace order {

namespace {

using namespace chassis;
using namespace std::chrono_literals;
using contracts::OrderId;
using contracts::ProductId;

const Time now{1'700'000'000s};

class OrdersTest : public testing::Test {
  protected:
    OrdersTest() : database(file.open()), recorder(*database) { database->migrate(migrations()); }

    template <class F>
    std::invoke_result_t<F&, Transaction&> write(F f) {
        return database->write_blocking(std::move(f));
    }
    std::int64_t intend_once() {
        return write([&](Transaction& tx) { return intend(tx, id, now + 20s); });
    }
    contracts::Order place_as(std::int64_t attempt) {
        return write(
            [=, this](Transaction& tx) { return place(tx, id, attempt, alice, reservation, "pm_card_approved", now); });
    }
    bool move_to(OrderStatus status) {
        return write([=, this](Transaction& tx) { return change_status(tx, id, status, now + 1s); });
    }
    std::optional<contracts::Order> seen_by(const Buyer& buyer) {
        return database->read_blocking([&](Connection& db) { return find_order(db, id, buyer.id); });
    }

    database::TemporaryDatabase file;
    std::unique_ptr<Database> database;
    messaging::Recorder recorder;
    const Buyer alice{contracts::CustomerId{Uuid::random()}, "alice@example.com"};
    const Buyer mallory{contracts::CustomerId{Uuid::random()}, "mallory@example.com"};
    const OrderId id{Uuid::random()};
    const contracts::Reservation reservation{.order_id = id,
                                             .status = contracts::ReservationStatus::held,
                                             .lines = {{ProductId{1}, "Socks", 2, Money(1299, "EUR")}},
                                             .total = Money(2598, "EUR"),
                                             .expires_at = now + 15min};
};

TEST_F(OrdersTest, an_order_is_placed_as_it_was_reserved_and_says_so) {
    const auto placed = place_as(intend_once());
    EXPECT_EQ(placed.status, OrderStatus::pending);
    EXPECT_EQ(placed.total, Money(2598, "EUR"));
    const auto events = recorder.events<contracts::OrderCreated>();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].order_id, id);
    EXPECT_EQ(events[0].email, "alice@example.com");
    EXPECT_EQ(events[0].lines.at(0).quantity, 2);
    EXPECT_EQ(events[0].event_key(), to_string(id));
}

TEST_F(OrdersTest, an_overtaken_attempt_places_nothing) {
    const auto first = intend_once();
    const auto second = intend_once();
    EXPECT_GT(second, first);
    EXPECT_THROW(place_as(first), Overtaken);
    EXPECT_FALSE(seen_by(alice));
    EXPECT_TRUE(recorder.events<contracts::OrderCreated>().empty());
    place_as(second);
    EXPECT_TRUE(seen_by(alice));
}

TEST_F(OrdersTest, an_abandoned_attempt_cannot_place_any_more) {
    const auto attempt = intend_once();
    EXPECT_TRUE(write([&](Transaction& tx) { return abandon(tx, {id, attempt}); }));
    EXPECT_THROW(place_as(attempt), Overtaken);
    EXPECT_TRUE(write([&](Transaction& tx) { return abandon(tx, {id, attempt}); })) << "abandoning may be repeated";
    place_as(intend_once());
}

TEST_F(OrdersTest, a_placed_order_is_not_abandoned) {
    const auto attempt = intend_once();
    place_as(attempt);
    EXPECT_FALSE(write([&](Transaction& tx) { return abandon(tx, {id, attempt}); }));
}

TEST_F(OrdersTest, every_attempt_is_settled_by_a_job_of_its_own) {
    intend_once();
    intend_once();
    const auto jobs = recorder.jobs<SettleIntent>();
    ASSERT_EQ(jobs.size(), 2u);
    EXPECT_EQ(jobs[0].attempt + 1, jobs[1].attempt);
}

TEST_F(OrdersTest, attempts_that_came_to_nothing_are_forgotten_in_time) {
    const auto intents = [&] {
        return database->read_blocking(
            [](Connection& db) { return db.one<std::int64_t>("SELECT COUNT(*) FROM order_intents"); });
    };
    const auto attempt = intend_once();
    write([&](Transaction& tx) { return abandon(tx, {id, attempt}); });
    const OrderId other{Uuid::random()};
    write([&](Transaction& tx) { return intend(tx, other, now + 20s + time_to_remember); });
    EXPECT_EQ(intents(), 2) << "a key may still be repeated";
    write([&](Transaction& tx) { return intend(tx, other, now + 21s + time_to_remember); });
    EXPECT_EQ(intents(), 1);
}

TEST_F(OrdersTest, an_order_moves_only_along_its_table) {
    place_as(intend_once());
    EXPECT_TRUE(move_to(OrderStatus::paid));
    EXPECT_FALSE(move_to(OrderStatus::paid));
    EXPECT_FALSE(move_to(OrderStatus::payment_failed));
    EXPECT_TRUE(move_to(OrderStatus::refunded));
    EXPECT_FALSE(move_to(OrderStatus::paid));
    EXPECT_EQ(seen_by(alice)->status, OrderStatus::refunded);
}

TEST_F(OrdersTest, an_event_about_an_unknown_order_is_an_error) {
    EXPECT_THROW(move_to(OrderStatus::paid), std::runtime_error);
}

TEST_F(OrdersTest, an_order_is_seen_by_its_owner_only) {
    place_as(intend_once());
    EXPECT_TRUE(seen_by(alice));
    EXPECT_FALSE(seen_by(mallory));
    EXPECT_TRUE(database->read_blocking([&](Connection& db) { return list_orders(db, mallory.id, std::nullopt, 10); })
                    .items.empty());
}

TEST_F(OrdersTest, orders_are_listed_newest_first_by_pages) {
    std::vector<OrderId> placed;
    auto of_two = reservation;
    of_two.lines.push_back({ProductId{2}, "Hat", 1, Money(2450, "EUR")});
    for (int i = 0; i < 5; ++i) {
        const OrderId one{Uuid::random()};
        write([&](Transaction& tx) {
            return place(tx, one, intend(tx, one, now), alice, of_two, "pm_card_approved", now);
        });
        placed.insert(placed.begin(), one);
    }
    std::vector<OrderId> seen;
    std::optional<OrderId> before;
    do {
        const auto page = database->read_blocking([&](Connection& db) { return list_orders(db, alice.id, before, 2); });
        for (const auto& order : page.items) {
            EXPECT_EQ(order.lines.size(), 2u);
            EXPECT_EQ(order.lines.front().name, "Socks");
            seen.push_back(order.id);
        }
        before = page.next;
    } while (before);
    EXPECT_EQ(seen, placed);
}

TEST_F(OrdersTest, the_books_show_every_order_with_its_lines) {
    place_as(intend_once());
    const auto records = database->read_blocking([](Connection& db) { return order_records(db, "", 100); });
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].id, id);
    EXPECT_EQ(records[0].lines.at(0).name, "Socks");
}

}  // namespace

}  // namespace order
