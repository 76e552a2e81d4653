#include "apps/neighborhood/demo.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include "apps/neighborhood/shopper.hpp"
#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/base/text.hpp"
#include "chassis/model/enums.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr contracts::ProductId socks{1};
constexpr auto patience = 30s;

// Prints a step with the time since the one before it.
class Steps {
  public:
    void done(const std::string& what) {
        const auto now = Clock::now();
        const double took = std::chrono::duration<double, std::milli>(now - last_).count();
        std::printf("  %8.1f ms  %s\n", took, what.c_str());
        std::fflush(stdout);
        last_ = now;
    }

  private:
    Clock::time_point last_ = Clock::now();
};

// Asks the notification service itself: the gateway shows the mailbox on the loopback interface only.
chassis::Task<> wait_for_mail(chassis::http::Client& client, const State& state, std::string recipient,
                              std::string text) {
    const std::string url = state.url("notification") + "/v1/mailbox?to=" + chassis::base::percent_encode(recipient);
    for (const auto until = Clock::now() + patience; Clock::now() < until;) {
        const auto reply = co_await client.send({chassis::http::Method::get, url});
        if (reply.status == 200 && reply.body.find(text) != reply.body.npos) co_return;
        co_await chassis::async::sleep_for(20ms);
    }
    throw std::runtime_error("no mail came that says \"" + text + "\"");
}

chassis::Task<> purchase(chassis::http::Client& client, const State& state, std::string name, std::string card,
                         std::string mail) {
    Shopper shopper(client, state.gateway, std::move(name));
    const auto trace = chassis::base::TraceContext::generate(true);
    shopper.trace(trace);
    std::printf("\n%s pays with %s; trace %s\n", shopper.email().c_str(), card.c_str(), trace.trace_id_hex().c_str());
    Steps steps;
    co_await shopper.arrive();
    steps.done("registered and logged in");
    const auto product = co_await shopper.look_at(socks);
    steps.done("looked at " + product.name + ", " + std::string(product.price.text()) + " " + product.currency + ", " +
               std::to_string(product.stock) + " in stock");
    co_await shopper.put_in_cart(socks, 2);
    steps.done("put two into the cart");
    const auto placed = co_await shopper.order(card, to_string(chassis::Uuid::random()), patience);
    steps.done("ordered: " + to_string(placed.id) + ", " + to_string(placed.total));
    const auto settled = co_await shopper.wait_for_outcome(placed.id, patience);
    steps.done("the order is " + std::string(chassis::model::enum_name(settled.status)));
    co_await wait_for_mail(client, state, shopper.email(), mail);
    steps.done("mail: " + mail);
    const auto after = co_await shopper.look_at(socks);
    steps.done(std::to_string(after.stock) + " in stock");
}

}  // namespace

int demo(const State& state) {
    chassis::http::Client client({});
    chassis::async::run(purchase(client, state, "alice", "pm_card_approved", "Your receipt"));
    chassis::async::run(purchase(client, state, "bob", "pm_card_declined", "was declined"));
    std::printf("\nAll mails: %s/mailbox\n", state.url("notification").c_str());
    return 0;
}

}  // namespace neighborhood
