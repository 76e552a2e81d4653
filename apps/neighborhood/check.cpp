#include "apps/neighborhood/check.hpp"

#include <cstdio>

#include "apps/neighborhood/books.hpp"
#include "chassis/async/run.hpp"

namespace neighborhood {

int check(const State& state, std::chrono::seconds wait) {
    chassis::http::Client client({});
    const auto verdict = chassis::async::run(settled_verdict(client, state, wait));
    std::printf("%s\n", verdict.summary.c_str());
    for (const auto& text : verdict.violations) std::printf("violated: %s\n", text.c_str());
    for (const auto& text : verdict.unsettled) std::printf("on its way: %s\n", text.c_str());
    if (!verdict.violations.empty() || !verdict.unsettled.empty()) return 1;
    std::printf(
        "one charge and one mail per order, stock adds up, money in = paid orders - refunds, nothing stuck, nothing in "
        "limbo\n");
    return 0;
}

}  // namespace neighborhood
