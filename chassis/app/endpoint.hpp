// A handler and a provider without their types: what a route runs.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/app/parameters.hpp"
#include "chassis/app/reply.hpp"
#include "chassis/async/task.hpp"

namespace chassis::app {

/// Stands between the arguments and the handler of a route; .idempotent() is one.
class Guard {
  public:
    virtual ~Guard() = default;
    /// The arguments are there; a reply ends the request without the handler.
    virtual async::Task<std::optional<http::Response>> before(Call& call) = 0;
    /// The handler has answered, or failed: `response` is what is about to be sent.
    virtual async::Task<> after(Call& call, http::Response& response) = 0;
};

class App;
class Endpoint;

/// Makes a route's guard at start.
class GuardMaker {
  public:
    virtual ~GuardMaker() = default;
    /// It may add to the operation and note problems that stop the start.
    virtual std::unique_ptr<Guard> make(App& app, const Endpoint& endpoint, Description& description) = 0;
};

struct Hook;

class Endpoint {
  public:
    Endpoint();
    virtual ~Endpoint();
    virtual async::Task<http::Response> run(http::Request& request, PathValues path) const = 0;
    virtual void bind(Binder& binder) = 0;
    virtual void describe(Description& description) const = 0;

    // Set at start.
    const Operation* operation = nullptr;
    ProviderPlan plan;
    Guard* guard = nullptr;
    std::vector<const Hook*> hooks;
};

class Provider {
  public:
    Provider(detail::TypeKey type, std::string_view name, std::size_t size, std::size_t alignment, bool waits)
        : type(type), name(name), size(size), alignment(alignment), waits(waits) {}
    virtual ~Provider();
    /// Makes the value in `place`; false when its arguments were refused, which the call then knows.
    virtual bool make(Call& call, void* place) const = 0;
    /// The same for a provider that waits.
    virtual async::Task<bool> make_waiting(Call& call, void* place) const = 0;
    virtual void destroy(void* place) const noexcept = 0;
    /// Who the caller is, when this is what the provider tells; see idempotency.hpp.
    virtual std::optional<std::string> principal(const void* place) const = 0;
    virtual bool tells_principal() const = 0;
    virtual void bind(Binder& binder) = 0;
    virtual void describe(Description& description) const = 0;

    const detail::TypeKey type;
    const std::string_view name;
    const std::size_t size;
    const std::size_t alignment;
    const bool waits;
    std::vector<int> errors;
};

/// Runs what the call's plan says, in order. What a provider throws ends the request.
async::Task<> run_providers(Call& call);

/// The reply to the exception that is being handled: an HttpError's, 422 for an InputError, 503 for an overloaded or
/// late database, otherwise 500, which is logged. Call it in a catch block only.
http::Response failure_response(http::Request& request);

namespace detail {

template <class R>
consteval bool check_result() {
    static_assert(!std::is_void_v<R>, "a handler returns what is sent: a model, or NoContent when there is nothing");
    static_assert(!std::is_reference_v<R> && !std::is_pointer_v<R>, "a handler returns a value");
    return true;
}

template <class F>
class HandlerEndpoint final : public Endpoint {
    using Handled = TaskResult<typename Signature<F>::Result>;
    using Result = typename Handled::Type;
    using OfHandler = Parameters<typename Signature<F>::Parameters>;
    static_assert(check_result<Result>());

  public:
    explicit HandlerEndpoint(F handler) : handler_(std::move(handler)) {}

    async::Task<http::Response> run(http::Request& request, PathValues path) const override {
        Call call(request, path, *operation, plan);
        http::Response response;
        bool entered = false;
        try {
            if (!plan.steps.empty()) co_await run_providers(call);
            typename OfHandler::Values values;
            if (!parameters_.fill(call, values)) call.throw_refused();
            if (guard != nullptr) {
                std::optional<http::Response> instead = co_await guard->before(call);
                if (instead) co_return std::move(*instead);
                entered = true;
            }
            if constexpr (Handled::waits) {
                async::Task<Result> handling = OfHandler::apply(handler_, values);
                Result result = co_await handling;
                response = Reply<Result>::make(request, std::move(result));
            } else {
                response = Reply<Result>::make(request, OfHandler::apply(handler_, values));
            }
            if constexpr (!std::is_same_v<Result, http::Response>) {
                if (operation->success != 0) response.status = operation->success;
            }
            call.finish(response);
        } catch (...) {
            response = failure_response(request);
        }
        if (!entered) co_return response;
        try {
            co_await guard->after(call, response);
        } catch (...) {
            response = failure_response(request);
        }
        co_return response;
    }

    void bind(Binder& binder) override { parameters_.bind(binder); }
    void describe(Description& description) const override {
        parameters_.describe(description);
        Reply<Result>::describe(description);
    }

  private:
    F handler_;
    OfHandler parameters_;
};

template <class T>
concept TellsPrincipal = requires(const T& value) {
    { value.principal() } -> std::convertible_to<std::string>;
};

template <class F>
class FunctionProvider final : public Provider {
    using Made = TaskResult<typename Signature<F>::Result>;
    using OfFunction = Parameters<typename Signature<F>::Parameters>;
    static_assert(check_callable<F>());
    static_assert(PathParameters<typename Signature<F>::Parameters>::scalars == 0,
                  "a provider serves many routes: it takes placeholders by name, with Path<Model>");

  public:
    using Value = typename Made::Type;
    static_assert(!std::is_void_v<Value> && !std::is_reference_v<Value>, "a provider returns a value of its own type");
    static_assert(kind_of<Value>() == Kind::provided,
                  "a provider returns a type of its own: one that is read from the request is never asked of it");
    static_assert(alignof(Value) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__, "a provided value with an unusual alignment");

    explicit FunctionProvider(F function)
        : Provider(type_key<Value>(), type_name<Value>(), sizeof(Value), alignof(Value), Made::waits),
          function_(std::move(function)) {}

    bool make(Call& call, void* place) const override {
        if constexpr (!Made::waits) {
            typename OfFunction::Values values;
            if (!parameters_.fill(call, values)) return false;
            ::new (place) Value(OfFunction::apply(function_, values));
        }
        return true;
    }

    async::Task<bool> make_waiting(Call& call, void* place) const override {
        if constexpr (Made::waits) {
            typename OfFunction::Values values;
            if (!parameters_.fill(call, values)) co_return false;
            async::Task<Value> making = OfFunction::apply(function_, values);
            Value value = co_await making;
            ::new (place) Value(std::move(value));
            co_return true;
        } else {
            co_return make(call, place);
        }
    }

    void destroy(void* place) const noexcept override { static_cast<Value*>(place)->~Value(); }

    std::optional<std::string> principal(const void* place) const override {
        if constexpr (TellsPrincipal<Value>) return static_cast<const Value*>(place)->principal();
        (void)place;
        return std::nullopt;
    }
    bool tells_principal() const override { return TellsPrincipal<Value>; }

    void bind(Binder& binder) override { parameters_.bind(binder); }
    void describe(Description& description) const override { parameters_.describe(description); }

  private:
    F function_;
    OfFunction parameters_;
};

}  // namespace detail
}  // namespace chassis::app
