#include <gmock/gmock.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "chassis/async/loop.hpp"
#include "chassis/async/run.hpp"
#include "chassis/async/timer.hpp"
#include "chassis/http/server.hpp"
#include "chassis/model/json.hpp"
#include "tests/end_to_end/running_neighborhood.hpp"

namespace neighborhood {

namespace {

using namespace std::chrono_literals;

// The part of OTLP's JSON that tells who reported which trace.
struct AnyValue {
    std::optional<std::string> stringValue;
};
struct Attribute {
    std::string key;
    AnyValue value;
};
struct Resource {
    std::vector<Attribute> attributes;
};
struct Span {
    std::string traceId;
    std::string name;
};
struct ScopeSpans {
    std::vector<Span> spans;
};
struct ResourceSpans {
    Resource resource;
    std::vector<ScopeSpans> scopeSpans;
};
struct Export {
    std::vector<ResourceSpans> resourceSpans;
};

// Takes spans as an OpenTelemetry collector would.
class Collector {
  public:
    Collector()
        : loops_(1),
          server_({.max_body_bytes = 16 * 1024 * 1024}, [this](chassis::Request& request) { return take(request); }) {
        server_.listen("127.0.0.1", 0);
        server_.start(loops_.all());
    }

    std::string address() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

    // The services that reported spans of this trace.
    std::set<std::string> services_of(const std::string& trace) {
        const std::lock_guard guard(mutex_);
        return services_[trace];
    }

  private:
    chassis::Task<chassis::Response> take(chassis::Request& request) {
        const auto body = chassis::model::from_json<Export>(request.body);
        const std::lock_guard guard(mutex_);
        for (const auto& resource : body.resourceSpans) {
            std::string service;
            for (const auto& attribute : resource.resource.attributes) {
                if (attribute.key == "service.name") service = attribute.value.stringValue.value_or("");
            }
            for (const auto& scope : resource.scopeSpans) {
                for (const auto& span : scope.spans) services_[span.traceId].insert(service);
            }
        }
        co_return chassis::Response::json("{}");
    }

    std::mutex mutex_;
    std::map<std::string, std::set<std::string>> services_;
    chassis::async::Loops loops_;
    chassis::http::Server server_;
};

TEST(TraceTest, a_whole_purchase_is_one_trace) {
    Collector collector;
    RunningNeighborhood shop({.failpoints = {}, .environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", collector.address()}}});
    auto alice = shop.shopper("alice");
    chassis::async::run(alice.arrive());
    chassis::async::run(alice.put_in_cart(contracts::ProductId{1}, 1));
    const auto trace = chassis::base::TraceContext::generate(true);
    alice.trace(trace);
    const auto placed = chassis::async::run(alice.order("pm_card_approved", "alice-1", 10s));
    alice.trace(chassis::base::TraceContext::generate(true));
    chassis::async::run(alice.wait_for_outcome(placed.id, 20s));
    shop.expect_settled(20s);

    // Not the broker: it carries batches, of several traces each.
    const std::set<std::string> all{"gateway", "order", "cart", "product", "payment", "simulator", "notification"};
    std::set<std::string> seen;
    for (const auto until = std::chrono::steady_clock::now() + 20s;
         !std::ranges::includes(seen, all) && std::chrono::steady_clock::now() < until;) {
        seen = collector.services_of(trace.trace_id_hex());
        chassis::async::run([]() -> chassis::Task<> { co_await chassis::async::sleep_for(20ms); }());
    }
    EXPECT_TRUE(std::ranges::includes(seen, all)) << testing::PrintToString(seen);
}

}  // namespace

}  // namespace neighborhood
