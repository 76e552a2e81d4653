// What an App holds, for the .cpp files of this folder.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chassis/app/app.hpp"
#include "chassis/app/route_tree.hpp"
#include "chassis/settings/secret.hpp"
#include "chassis/telemetry/metrics.hpp"

namespace chassis::app {

// Answers what no route takes, so that hooks stand around that as well.
class MissEndpoint final : public Endpoint {
  public:
    explicit MissEndpoint(const RouteTree& tree) : tree_(tree) {}
    async::Task<http::Response> run(http::Request& request, PathValues path) const override;
    void bind(Binder&) override {}
    void describe(Description&) const override {}

  private:
    const RouteTree& tree_;
};

// The health, metrics and document routes: the app's hooks do not stand around them.
class OwnRoutes final : public Router {
  public:
    OwnRoutes() : Router(nullptr, "") {}
};

struct App::Inside {
    struct Shared {
        detail::TypeKey type;
        void* object;
    };
    struct Check {
        std::string name;
        std::move_only_function<async::Task<bool>()> holds;
    };

    Inside(std::string name, About about) : name(std::move(name)), about(std::move(about)) {
        if (this->about.title.empty()) this->about.title = this->name;
    }

    // What /health/ready answers.
    async::Task<http::Response> ready();

    std::string name;
    About about;
    OwnRoutes own;
    std::vector<Shared> shared;
    std::vector<std::unique_ptr<Provider>> providers;
    std::vector<Check> checks;
    std::vector<std::move_only_function<async::Task<>()>> on_start;
    std::vector<std::move_only_function<async::Task<>()>> on_stop;
    std::vector<std::unique_ptr<Part>> parts;
    // How many of the parts, and whether the on_start hooks, have been started.
    std::size_t parts_started = 0;
    bool hooks_started = false;
    database::Database* database = nullptr;
    telemetry::Metrics metrics;
    // Whoever asks for the metrics has to know it.
    std::optional<settings::Secret> metrics_token;
    bool reads_deadlines = true;
    // Set while the service takes requests; cleared first thing when it is told to stop.
    std::atomic<bool> accepting{false};

    // Made by prepare().
    bool prepared = false;
    RouteTree tree;
    std::unique_ptr<Endpoint> fallback;
    Operation fallback_operation;
    std::unique_ptr<MissEndpoint> miss;
    Operation miss_operation;
    std::string openapi;
};

}  // namespace chassis::app
