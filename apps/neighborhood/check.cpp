#include "apps/neighborhood/check.hpp"

#include <cstdio>

#include "apps/neighborhood/books.hpp"
#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"

namespace neighborhood {

namespace {

chassis::Task<Verdict> settled_verdict(const State& state, std::chrono::seconds wait) {
    chassis::http::Client client({});
    for (const auto until = std::chrono::steady_clock::now() + wait;;) {
        auto verdict = judge(co_await read_books(client, state));
        if (verdict.unsettled.empty() || std::chrono::steady_clock::now() >= until) co_return verdict;
        co_await chassis::async::sleep_for(std::chrono::milliseconds(200));
    }
}

}  // namespace

int check(const State& state, std::chrono::seconds wait) {
    const auto verdict = chassis::async::run(settled_verdict(state, wait));
    std::printf("%s\n", verdict.summary.c_str());
    for (const auto& text : verdict.violations) std::printf("violated: %s\n", text.c_str());
    for (const auto& text : verdict.unsettled) std::printf("on its way: %s\n", text.c_str());
    if (!verdict.violations.empty() || !verdict.unsettled.empty()) return 1;
    std::printf(
        "one charge per order, stock adds up, money in = paid orders - refunds, nothing stuck, nothing in limbo\n");
    return 0;
}

}  // namespace neighborhood
