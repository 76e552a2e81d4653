// Builds, at start, what requests only follow: bindings, provider plans, operations, the route tree. Everything that is
// missing is told at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chassis/app/inside.hpp"

namespace chassis::app {

class Starter final : public Binder {
  public:
    explicit Starter(App& app) : app_(app), inside_(*app.inside_) {}

    /// Throws StartError.
    void prepare();

    void* shared(detail::TypeKey type, std::string_view name) override;
    std::uint32_t provider(detail::TypeKey type, std::string_view name) override;
    void needs_idempotency(std::string_view name) override;

  private:
    void bind_providers();
    void prepare_router(Router& router, std::vector<const Hook*> hooks);
    void prepare_route(Route& route, const std::vector<const Hook*>& hooks);
    void prepare_endpoint(Endpoint& endpoint, const Operation& operation);
    void describe(Route& route);
    void plan(Endpoint& endpoint, const std::vector<std::uint32_t>& needs);
    void add_to_plan(ProviderPlan& plan, std::uint32_t number, std::vector<std::uint32_t>& path);
    void add_to_tree(Route& route);
    void problem(std::string text);

    App& app_;
    App::Inside& inside_;
    model::Schemas schemas_;
    std::vector<std::string> problems_;
    // What each provider needs, and what the parameters that are being bound need.
    std::vector<std::vector<std::uint32_t>> provider_needs_;
    std::vector<std::uint32_t>* needs_ = nullptr;
    std::vector<const Route*> documented_;
    // The beginning of each message: where it was registered and what it is.
    std::string place_;
    std::string subject_;
    bool idempotent_ = false;
};

/// The document of all operations that are not hidden; `components` is the JSON of its schemas.
std::string make_openapi(const About& about, const std::vector<const Operation*>& operations,
                         std::string_view components);

}  // namespace chassis::app
