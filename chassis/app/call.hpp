// One request on its way through its operation: what arguments are read from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/app/background.hpp"
#include "chassis/app/operation.hpp"
#include "chassis/app/route_text.hpp"
#include "chassis/http/message.hpp"
#include "chassis/model/errors.hpp"

namespace chassis::app {

class Provider;

/// Answered with 422 and its errors. A handler throws one for a rule that spans several fields; any other
/// ValidationError that leaves a handler is a fault of the service, a 500.
class InputError : public model::ValidationError {
  public:
    using ValidationError::ValidationError;
};

/// The values of the placeholders, in order, as they stand in the request's path: views, percent-encoded.
struct PathValues {
    std::array<std::string_view, detail::max_placeholders> values;
    std::size_t count = 0;
};

/// The providers that an operation needs, each after those that it needs itself, and where in one block of memory their
/// values stand. Made once, at start.
struct ProviderPlan {
    struct Step {
        const Provider* provider;
        std::size_t offset;
    };
    static constexpr std::size_t most = 64;
    static constexpr std::uint32_t unused = ~std::uint32_t{0};

    std::vector<Step> steps;
    // By the provider's number in the app: its step here.
    std::vector<std::uint32_t> step_of;
    std::size_t bytes = 0;
};

class Call {
  public:
    Call(http::Request& request, const PathValues& path, const Operation& operation, const ProviderPlan& plan);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    http::Request& request;
    const PathValues& path;
    const Operation& operation;

    /// A placeholder's value, decoded; `room` holds it when it had to be.
    std::string_view path_value(std::size_t index, std::string& room) const;
    /// The same by the placeholder's name; nothing when the route has no such placeholder.
    std::optional<std::string_view> path_value(std::string_view name, std::string& room) const;

    /// Notes what was wrong with an argument; `where` ("path", "body", ...) and `name` (may be empty) go before the
    /// places of the errors. The handler is not called, and the reply tells all that was noted.
    void refuse(model::ValidationError&& error, std::string_view where, std::string_view name = {});
    bool refused() const noexcept { return !errors_.empty(); }
    /// Throws everything that was noted as one InputError.
    [[noreturn]] void throw_refused();

    BackgroundTasks& background() { return background_; }

    /// The room for a provider's value, and whether it was made.
    void* place(std::size_t step) noexcept { return values_.get() + plan_.steps[step].offset; }
    void mark_made(std::size_t step) noexcept { made_ |= std::uint64_t{1} << step; }
    bool is_made(std::size_t step) const noexcept { return (made_ >> step & 1) != 0; }
    /// The value of the provider with this number in the app; null when its own arguments were refused.
    const void* provided(std::uint32_t number) const noexcept {
        const std::uint32_t step = plan_.step_of[number];
        return is_made(step) ? values_.get() + plan_.steps[step].offset : nullptr;
    }
    const void* value_of(std::size_t step) const noexcept { return values_.get() + plan_.steps[step].offset; }
    const ProviderPlan& plan() const noexcept { return plan_; }

    /// Hands background tasks over to the reply.
    void finish(http::Response& response) {
        if (!background_.empty()) std::move(background_).attach_to(response);
    }

  private:
    const ProviderPlan& plan_;
    std::unique_ptr<std::byte[]> values_;
    std::uint64_t made_ = 0;
    std::vector<model::FieldError> errors_;
    BackgroundTasks background_;
};

}  // namespace chassis::app

namespace chassis {
using app::InputError;
}
