#include "apps/neighborhood/books.hpp"

#include <stdexcept>

#include "chassis/async/timer.hpp"
#include "chassis/model/json.hpp"

namespace neighborhood {

namespace {

using chassis::http::Client;

constexpr int page_size = 500;

struct Unfinished {
    std::int64_t outbox;
    std::int64_t inbox;
    std::int64_t jobs_due;
    std::int64_t dead_letters;
};

struct GroupLag {
    std::string group;
    std::int64_t records;
};

struct GroupLags {
    std::vector<GroupLag> items;
};

struct ChargePage {
    std::vector<ChargeRecord> items;
};

chassis::Task<std::string> get(Client& client, const State& state, std::string service, std::string path) {
    chassis::http::ClientRequest request(chassis::http::Method::get, state.url(service) + path);
    request.headers.append("X-Service-Token", state.service_token);
    const auto reply = co_await client.send(std::move(request));
    if (reply.status != 200) {
        throw std::runtime_error(service + path + " answered " + std::to_string(reply.status) + " " + reply.body);
    }
    co_return reply.body;
}

// All pages of a book; `id` tells a record's id as text.
template <class Page, class Id>
chassis::Task<decltype(Page::items)> read_all(Client& client, const State& state, std::string service, std::string path,
                                              Id id) {
    decltype(Page::items) all;
    std::string after;
    for (;;) {
        std::string query = path + "?limit=" + std::to_string(page_size);
        if (!after.empty()) query += "&after=" + after;
        const std::string body = co_await get(client, state, service, std::move(query));
        auto page = chassis::model::from_json<Page>(body);
        const bool last = page.items.size() < page_size;
        for (auto& record : page.items) all.push_back(std::move(record));
        if (last) co_return all;
        after = id(all.back());
    }
}

}  // namespace

// Payments are read before orders, and charges after payments: what one book says was written down in the next one
// before.
chassis::Task<Books> read_books(Client& client, const State& state) {
    Books books;
    const auto id = [](const auto& record) { return to_string(record.id); };
    books.payments = co_await read_all<contracts::PaymentRecords>(client, state, "payment", "/internal/payments", id);
    books.orders = co_await read_all<contracts::OrderRecords>(client, state, "order", "/internal/orders", id);
    books.reservations =
        co_await read_all<contracts::ReservationRecords>(client, state, "product", "/internal/reservations",
                                                         [](const auto& record) { return to_string(record.order_id); });
    books.stock = co_await read_all<contracts::StockRecords>(client, state, "product", "/internal/stock", id);
    books.charges = co_await read_all<ChargePage>(client, state, "simulator", "/v1/charges",
                                                  [](const auto& record) { return record.id; });
    for (const char* service : {"order", "cart", "product", "payment", "notification", "simulator"}) {
        const std::string body = co_await get(client, state, service, "/internal/messaging");
        const auto left = chassis::model::from_json<Unfinished>(body);
        books.backlogs.push_back({service, left.outbox + left.inbox + left.jobs_due, left.dead_letters});
    }
    const std::string lags = co_await get(client, state, "broker", "/v1/groups");
    for (const auto& lag : chassis::model::from_json<GroupLags>(lags).items) {
        books.backlogs.push_back({"the group " + lag.group + " at the broker", lag.records, 0});
    }
    books.mails = co_await read_all<contracts::MailRecords>(client, state, "notification", "/internal/mails", id);
    co_return books;
}

chassis::Task<Verdict> settled_verdict(Client& client, const State& state, std::chrono::milliseconds patience) {
    for (const auto until = std::chrono::steady_clock::now() + patience;;) {
        const bool last = std::chrono::steady_clock::now() >= until;
        try {
            const auto books = co_await read_books(client, state);
            auto verdict = judge(books);
            if (verdict.unsettled.empty() || last) co_return verdict;
        } catch (const std::exception&) {
            if (last) throw;
        }
        co_await chassis::async::sleep_for(std::chrono::milliseconds(50));
    }
}

}  // namespace neighborhood
