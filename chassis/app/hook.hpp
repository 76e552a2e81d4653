// What stands around a handler: of a whole app, of a router, or of one route, from the outside in.
//
//     app.hook([](Request& request, Next next) -> Task<Response> {
//         Response response = co_await next(request);
//         response.headers.append("X-Served-By", "product");
//         co_return response;
//     });
//
// An error of the handler arrives as the reply that it becomes. A hook may answer by itself, without calling next.
// Those of the app also stand around what no route takes (404, 405, the fallback), but not around health and metrics.
#pragma once

#include <functional>
#include <span>

#include "chassis/app/endpoint.hpp"

namespace chassis::app {

/// The rest of the way to the handler. It may be called once, or not at all.
class Next {
  public:
    Next(std::span<const Hook* const> hooks, const Endpoint& endpoint, const PathValues& path)
        : hooks_(hooks), endpoint_(&endpoint), path_(path) {}

    async::Task<http::Response> operator()(http::Request& request) const;
    const Operation& operation() const noexcept { return *endpoint_->operation; }

  private:
    std::span<const Hook* const> hooks_;
    const Endpoint* endpoint_;
    PathValues path_;
};

struct Hook {
    std::move_only_function<async::Task<http::Response>(http::Request&, Next) const> run;
};

}  // namespace chassis::app

namespace chassis {
using app::Next;
}
