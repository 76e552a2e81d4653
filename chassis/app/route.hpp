// Routes, and routers: groups of routes with a prefix and hooks of their own.
//
//     app.get("/products/{product_id}", get_product).errors(404).summary("One product");
//     Router& v1 = app.router("/v1");
//     v1.post("/orders", place_order).errors(409).idempotent();
#pragma once

#include <concepts>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "chassis/app/endpoint.hpp"
#include "chassis/app/hook.hpp"
#include "chassis/app/route_text.hpp"

namespace chassis::app {

class App;
class Router;
struct IdempotencySettings;

/// What has been said of one route; each call adds to it.
class Route {
  public:
    Route(Router& router, http::Method method, std::string path, std::unique_ptr<Endpoint> endpoint,
          std::source_location where);
    ~Route();
    Route(const Route&) = delete;
    Route& operator=(const Route&) = delete;

    /// Statuses of the errors that the handler itself may answer with. Those of its input (422) and of its providers
    /// are known already; a reply with any other status fails in TestClient.
    template <std::same_as<int>... Status>
    Route& errors(Status... statuses) {
        (errors_.push_back(statuses), ...);
        return *this;
    }
    /// Of a successful reply, instead of what the result's type says. A Response keeps its own.
    Route& status(int success);
    /// One more successful reply of a handler that returns a Response.
    Route& replies(int status, std::string about, std::string media_type = {});
    /// For the document.
    Route& summary(std::string text);
    Route& description(std::string text);
    Route& tag(std::string text);
    /// Instead of the operationId made from method and path.
    Route& id(std::string text);
    Route& deprecated();
    /// Leaves it out of the document.
    Route& hidden();

    /// `f(Request&, Next)` gives a Task<Response>.
    template <class F>
    Route& hook(F f) {
        hooks_.push_back(std::make_unique<const Hook>(Hook{std::move(f)}));
        return *this;
    }

    /// Makes a repeated request safe: one that comes again with its Idempotency-Key gets the first one's reply and does
    /// nothing (idempotency.hpp). The app has to use a database.
    Route& idempotent();
    Route& idempotent(const IdempotencySettings& settings);

    /// The description as it was built at start.
    const Operation& operation() const noexcept { return operation_; }

  private:
    friend class App;
    friend class Starter;
    Router& router_;
    std::unique_ptr<Endpoint> endpoint_;
    std::vector<std::unique_ptr<const Hook>> hooks_;
    std::vector<int> errors_;
    std::vector<std::pair<int, Operation::Reply>> replies_;
    std::unique_ptr<GuardMaker> guard_maker_;
    // As it was said, and as it is once everything else has been added to it.
    Operation declared_;
    Operation operation_;
    std::unique_ptr<Guard> guard_;
};

class Router {
  public:
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    virtual ~Router();

    /// A handler is a function or a lambda. What fills its parameters: argument.hpp and app.hpp; what it may return:
    /// reply.hpp.
    template <class F>
    Route& get(RouteText<std::type_identity_t<F>> text, F handler,
               std::source_location where = std::source_location::current()) {
        return add(http::Method::get, text, std::move(handler), where);
    }
    template <class F>
    Route& post(RouteText<std::type_identity_t<F>> text, F handler,
                std::source_location where = std::source_location::current()) {
        return add(http::Method::post, text, std::move(handler), where);
    }
    template <class F>
    Route& put(RouteText<std::type_identity_t<F>> text, F handler,
               std::source_location where = std::source_location::current()) {
        return add(http::Method::put, text, std::move(handler), where);
    }
    template <class F>
    Route& patch(RouteText<std::type_identity_t<F>> text, F handler,
                 std::source_location where = std::source_location::current()) {
        return add(http::Method::patch, text, std::move(handler), where);
    }
    template <class F>
    Route& delete_(RouteText<std::type_identity_t<F>> text, F handler,
                   std::source_location where = std::source_location::current()) {
        return add(http::Method::delete_, text, std::move(handler), where);
    }

    /// Around every route of this router and of the routers in it; `f(Request&, Next)` gives a Task<Response>.
    template <class F>
    Router& hook(F f) {
        hooks_.push_back(std::make_unique<const Hook>(Hook{std::move(f)}));
        return *this;
    }

    /// A router in this one; it lives as long as this.
    Router& router(Prefix prefix);

  protected:
    Router(Router* outer, std::string prefix);
    // Routes were added.
    virtual void changed() {
        if (outer_ != nullptr) outer_->changed();
    }

    template <class F>
    Route& add(http::Method method, RouteText<F> text, F handler, std::source_location where) {
        return add(method, text.text(), std::make_unique<detail::HandlerEndpoint<F>>(std::move(handler)), where);
    }
    Route& add(http::Method method, std::string_view text, std::unique_ptr<Endpoint> endpoint,
               std::source_location where);

  private:
    friend class App;
    friend class Starter;

    Router* outer_;
    std::string prefix_;
    std::vector<std::unique_ptr<const Hook>> hooks_;
    std::vector<std::unique_ptr<Route>> routes_;
    std::vector<std::unique_ptr<Router>> routers_;
};

}  // namespace chassis::app

namespace chassis {
using app::Router;
}
