// The books of all services of a neighborhood, and what is wrong with them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "apps/neighborhood/state.hpp"
#include "chassis/async/task.hpp"
#include "chassis/base/money.hpp"
#include "chassis/http/client.hpp"
#include "contracts/ledger.hpp"

namespace neighborhood {

// A charge as the payment provider knows it.
enum class ChargeStatus { pending, succeeded, declined };
struct ChargeRecord {
    std::string id;
    std::string reference;
    chassis::Money amount;
    ChargeStatus status;
    bool refunded;
};

// What a service has not dealt with yet, or the broker not brought to a group.
struct Backlog {
    std::string whose;
    std::int64_t waiting;  // outbox and inbox rows, and jobs that are due; at the broker, records
    std::int64_t dead_letters;
};

struct Books {
    std::vector<contracts::OrderRecord> orders;
    std::vector<contracts::PaymentRecord> payments;
    std::vector<contracts::StockRecord> stock;
    std::vector<contracts::ReservationRecord> reservations;
    std::vector<ChargeRecord> charges;
    std::vector<contracts::MailRecord> mails;
    std::vector<Backlog> backlogs;
};

// Reads every page of every book. Throws chassis::http::ClientError or std::runtime_error when a service does not
// answer.
chassis::Task<Books> read_books(chassis::http::Client& client, const State& state);

struct Verdict {
    std::vector<std::string> violations;  // wrong now and for ever: money, stock or an event is lost or doubled
    std::vector<std::string> unsettled;   // still on its way
    std::string summary;                  // "120 orders: 100 paid, ..."
};

// The invariants: one charge for each order, stock taken = stock sold or held, money in = paid orders - refunds, one
// mail for each outcome, no order stuck, no event in limbo.
Verdict judge(const Books& books);

// The verdict once nothing is unsettled, or the last one when `patience` is over. A service that does not answer is
// asked again until then; after that the error is thrown.
chassis::Task<Verdict> settled_verdict(chassis::http::Client& client, const State& state,
                                       std::chrono::milliseconds patience);

}  // namespace neighborhood
