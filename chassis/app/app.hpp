// A service: its routes, what its handlers need, and the program around them.
//
//     Task<Product> get_product(int product_id, const Shelf& shelf) {
//         auto found = shelf.find(product_id);
//         if (found == shelf.end()) throw HttpError{404, "Not found"};
//         co_return found->second;
//     }
//
//     int main(int argc, char** argv) {
//         Shelf shelf{{1, {1, "Socks of Doom", 12.99}}};
//         App app{"product"};
//         app.share(shelf);
//         app.get("/products/{product_id}", get_product).errors(404);
//         return app.run(argc, argv);
//     }
//
// How a handler's parameter is filled is decided by its type. A value belongs to this request, a reference to the
// service:
//
//     int, std::string, enum, Uuid, Id<T>              the path's placeholders, in order; each type once
//     Path<M>, Query<M>, Headers<M>, Cookies<M>,       there, by the names of M's members
//     Form<M>, Body<M>
//     any other value                                  the provider that returns it, run once for each request
//     const T&                                         the T that was shared; T& when it is thread_safe<T>
//     Request&, BackgroundTasks&                       the request itself; work to do after the reply
//
// What does not fit does not compile, or stops the start with a message that names the route and the type.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "chassis/app/bearer.hpp"
#include "chassis/app/route.hpp"

namespace chassis::async {
class Workers;
}
namespace chassis::database {
class Database;
}
namespace chassis::http {
class Client;
}
namespace chassis::messaging {
class Broker;
class HandlerOptions;
class JobOptions;
class Messaging;
}  // namespace chassis::messaging
namespace chassis::settings {
class Secret;
}
namespace chassis::telemetry {
class Metrics;
}

namespace chassis::app {

template <>
inline constexpr bool thread_safe<database::Database> = true;
template <>
inline constexpr bool thread_safe<http::Client> = true;
template <>
inline constexpr bool thread_safe<async::Workers> = true;
template <>
inline constexpr bool thread_safe<telemetry::Metrics> = true;

/// Everything that keeps a service from starting, one line each.
class StartError : public std::runtime_error {
  public:
    explicit StartError(std::vector<std::string> problems);
    ~StartError() override;

    std::vector<std::string> problems;
};

/// Something that lives beside the routes and is started and stopped with the service, such as its events.
class Part {
  public:
    virtual ~Part() = default;
    /// Before the first request, on the service's first loop.
    virtual async::Task<> start() = 0;
    /// After the last one, before the process ends.
    virtual async::Task<> stop() = 0;
};

/// For the document.
struct About {
    std::string title{};  // empty: the service's name
    std::string version = "0.1.0";
    std::string description{};
};

class App : public Router {
  public:
    /// `name` stands in logs, traces and metrics.
    explicit App(std::string name, About about = {});
    ~App() override;

    /// Lends an object to every handler that takes a `const T&`; it outlives the app.
    template <class T>
    App& share(T& object) {
        share(detail::type_key<std::remove_const_t<T>>(), const_cast<std::remove_const_t<T>*>(&object));
        return *this;
    }

    /// What is said of a provider.
    class Provision {
      public:
        explicit Provision(Provider& provider) : provider_(provider) {}
        /// Statuses of the errors that it may throw; every operation that needs it declares them.
        template <std::same_as<int>... Status>
        Provision& errors(Status... statuses) {
            (provider_.errors.push_back(statuses), ...);
            return *this;
        }

      private:
        Provider& provider_;
    };

    /// `make` gives the values of its return type: a T or a Task<T>, from parameters filled like a handler's. It runs
    /// at most once for each request. Providing a T again replaces the provider, which is how a test overrides it.
    template <class F>
    Provision provide(F make) {
        return add_provider(std::make_unique<detail::FunctionProvider<F>>(std::move(make)));
    }

    /// For what no route takes, instead of 404; a gateway is an app with a fallback.
    template <class F>
    App& fallback(F handler) {
        static_assert(detail::PathParameters<typename detail::Signature<F>::Parameters>::scalars == 0,
                      "a fallback has no placeholders to fill a parameter from: read the request's path");
        set_fallback(std::make_unique<detail::HandlerEndpoint<F>>(std::move(handler)));
        return *this;
    }

    /// `check()` gives a bool or a Task<bool>: while one is false (or throws), /health/ready answers 503.
    template <class F>
    App& ready_when(std::string name, F check) {
        if constexpr (std::same_as<std::invoke_result_t<F&>, bool>) {
            add_check(std::move(name), [check = std::move(check)]() -> async::Task<bool> { co_return check(); });
        } else {
            add_check(std::move(name), std::move(check));
        }
        return *this;
    }

    /// `f()` gives a Task<>; run in order before the first request, on the first loop, after the parts have started.
    App& on_start(std::move_only_function<async::Task<>()> f);
    /// Run in reverse order after the last request, before the parts stop.
    App& on_stop(std::move_only_function<async::Task<>()> f);
    template <std::derived_from<Part> P>
    P& add(std::unique_ptr<P> part) {
        P& added = *part;
        add_part(std::move(part));
        return added;
    }
    /// The part of that type, or null.
    template <std::derived_from<Part> P>
    P* find_part() const {
        for (Part* part : parts()) {
            if (auto* found = dynamic_cast<P*>(part)) return found;
        }
        return nullptr;
    }

    /// Shares the database, makes readiness depend on it, and gives idempotent routes and events their tables in it.
    App& use(database::Database& database);
    /// Null when none is used.
    database::Database* database() const noexcept;

    /// Starts messaging on the database used before and this broker. These four: chassis/app/events.hpp.
    App& use(messaging::Broker& broker);
    /// `handler` is called as (const E&, Transaction&); `consumer` names who receives.
    template <class E, class F>
    messaging::HandlerOptions on(std::string consumer, F handler);
    /// `run` gives a Task<Result> from a (const J&); the optional second function settles: (const J&, const Result&,
    /// Transaction&).
    template <class J, class... F>
    messaging::JobOptions job(F... functions);
    messaging::Messaging& messaging();

    /// The service's own figures, beside those of the chassis; shown at /metrics.
    telemetry::Metrics& metrics();
    /// Shows /metrics only to whoever sends this token as X-Service-Token, and 404 to all others: for a service that
    /// strangers reach.
    App& guard_metrics(const settings::Secret& token);
    /// Does not read X-Request-Deadline-Ms: for a service that strangers reach. Each request has all of
    /// REQUEST_TIMEOUT_MS.
    App& ignore_deadlines();
    const std::string& name() const noexcept;

    /// The program: reads its flags, listens, serves, and on SIGTERM or SIGINT drains. Its exit status: 0 after a
    /// drain, 1 when it could not start (the reasons are on stderr), 2 for a wrong command line. See --help.
    int run(int argc, char** argv);

    /// Builds the descriptions of all operations and checks that everything is there; throws StartError. run() and
    /// TestClient call it; it does nothing when nothing has changed since.
    void prepare();
    /// The OpenAPI 3.1 document; prepares.
    const std::string& openapi();

    /// Answers one request; what the server and TestClient call. Prepared before.
    async::Task<http::Response> handle(http::Request& request) const;
    /// The operation that takes the request, or null.
    const Operation* find_operation(const http::Request& request) const;

    /// Starts the parts and runs the on_start hooks; on the first loop. stop_parts() undoes it.
    async::Task<> start_parts();
    async::Task<> stop_parts();

  private:
    friend class Starter;
    struct Inside;

    void changed() override;
    void add_part(std::unique_ptr<Part> part);
    std::vector<Part*> parts() const;
    void share(detail::TypeKey type, void* object);
    Provision add_provider(std::unique_ptr<Provider> provider);
    void set_fallback(std::unique_ptr<Endpoint> endpoint);
    void add_check(std::string name, std::move_only_function<async::Task<bool>()> check);
    void add_own_routes();
    int serve(const struct RunSettings& settings);

    std::unique_ptr<Inside> inside_;
};

}  // namespace chassis::app

namespace chassis {
using app::App;
using app::StartError;
}  // namespace chassis
