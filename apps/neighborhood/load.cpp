#include "apps/neighborhood/load.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "apps/neighborhood/cpu.hpp"
#include "apps/neighborhood/shopper.hpp"
#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/async/when_all.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 60s;

struct Figures {
    int settled = 0;
    int sold_out = 0;
    int failed = 0;
    std::string first_failure;
    std::vector<double> ordering;  // milliseconds from POST to its reply
    std::vector<double> settling;  // milliseconds from POST to paid
};

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Of the processes that run by now: a service may have been started again. Nothing when the neighborhood is down.
std::optional<double> cpu_used(const std::filesystem::path& data) {
    const auto state = read_state(data);
    if (!state) return std::nullopt;
    return cpu_seconds(*state);
}

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, place);
    return *place;
}

chassis::Task<> shop_until(Shopper& shopper, Clock::time_point end, int offset, Figures& figures) {
    for (int round = 0; Clock::now() < end; ++round) {
        const auto start = Clock::now();
        try {
            co_await shopper.put_in_cart(contracts::ProductId{1 + (offset + round) % 44}, 1);
            const auto placed =
                co_await shopper.order("pm_card_approved", to_string(chassis::Uuid::random()), patience);
            figures.ordering.push_back(milliseconds_since(start));
            const auto order = co_await shopper.wait_for_outcome(placed.id, patience);
            if (order.status != contracts::OrderStatus::paid) throw std::runtime_error("an order was not paid");
            figures.settling.push_back(milliseconds_since(start));
            ++figures.settled;
        } catch (const Refused& refused) {
            if (refused.status == 409) {
                ++figures.sold_out;
            } else if (++figures.failed == 1) {
                figures.first_failure = refused.what();
            }
        } catch (const std::exception& error) {
            if (++figures.failed == 1) figures.first_failure = error.what();
        }
    }
}

chassis::Task<> print_progress(Clock::time_point end, const Figures& figures) {
    int before = 0;
    while (Clock::now() < end) {
        co_await chassis::async::sleep_for(1s);
        std::printf("  %6d orders settled, %d in this second\n", figures.settled, figures.settled - before);
        std::fflush(stdout);
        before = figures.settled;
    }
}

chassis::Task<> arrive_all(std::vector<Shopper>& shoppers) {
    std::vector<chassis::Task<>> arrivals;
    arrivals.reserve(shoppers.size());
    for (auto& shopper : shoppers) arrivals.push_back(shopper.arrive());
    co_await chassis::async::when_all(std::move(arrivals));
}

chassis::Task<> shop_all(std::vector<Shopper>& shoppers, std::chrono::seconds duration, Figures& figures) {
    const auto end = Clock::now() + duration;
    std::vector<chassis::Task<>> all;
    all.reserve(shoppers.size() + 1);
    for (int i = 0; i < std::ssize(shoppers); ++i) {
        all.push_back(shop_until(shoppers[static_cast<std::size_t>(i)], end, i, figures));
    }
    all.push_back(print_progress(end, figures));
    co_await chassis::async::when_all(std::move(all));
}

}  // namespace

int load(const std::filesystem::path& data, const State& state, int count, std::chrono::seconds duration) {
    chassis::http::Client client({.timeout = 30s, .max_connections = static_cast<std::size_t>(count)});
    std::vector<Shopper> shoppers;
    shoppers.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) shoppers.emplace_back(client, state.gateway, "shopper" + std::to_string(i));
    std::printf("%d shoppers arrive at %s\n", count, state.gateway.c_str());
    chassis::async::run(arrive_all(shoppers));

    Figures figures;
    const auto cpu_before = cpu_used(data);
    const auto start = Clock::now();
    chassis::async::run(shop_all(shoppers, duration, figures));
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const auto cpu_after = cpu_used(data);

    std::printf("%d orders settled in %.1f s: %.1f a second\n", figures.settled, seconds, figures.settled / seconds);
    std::printf("placing an order, ms:  p50 %.1f  p95 %.1f  p99 %.1f\n", percentile(figures.ordering, 0.5),
                percentile(figures.ordering, 0.95), percentile(figures.ordering, 0.99));
    std::printf("until it is paid, ms:  p50 %.1f  p95 %.1f  p99 %.1f\n", percentile(figures.settling, 0.5),
                percentile(figures.settling, 0.95), percentile(figures.settling, 0.99));
    if (figures.settled > 0 && cpu_before && cpu_after)
        std::printf("CPU of all services and the supervisor per order: %.2f ms\n",
                    1000 * (*cpu_after - *cpu_before) / figures.settled);
    if (figures.sold_out > 0) std::printf("%d times a product was sold out\n", figures.sold_out);
    if (figures.failed > 0)
        std::printf("%d failed, the first one: %s\n", figures.failed, figures.first_failure.c_str());
    return figures.failed == 0 && figures.settled > 0 ? 0 : 1;
}

}  // namespace neighborhood
