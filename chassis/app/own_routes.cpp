// The routes that every service has: /health/live, /health/ready, /metrics, /openapi.json.
#include "chassis/app/inside.hpp"
#include "chassis/model/json_text.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/telemetry/log.hpp"

namespace chassis::app {
namespace {

async::Task<bool> holds(std::move_only_function<async::Task<bool>()>& check, std::string_view name) {
    try {
        const bool good = co_await check();
        co_return good;
    } catch (const std::exception& error) {
        telemetry::log_warning("readiness check failed", {{"check", name}, {"error", error.what()}});
    }
    co_return false;
}

}  // namespace

async::Task<http::Response> App::Inside::ready() {
    bool all = accepting;
    std::string results;
    for (auto& check : checks) {
        const bool good = co_await holds(check.holds, check.name);
        all = all && good;
        if (!results.empty()) results += ',';
        model::append_json_string(results, check.name);
        results += good ? R"(:"ok")" : R"(:"failing")";
    }
    const std::string_view status = !accepting ? "stopping" : all ? "ready" : "not ready";
    std::string body = R"({"status":")" + std::string(status) + R"(","checks":{)" + results + "}}";
    co_return http::Response::json(all ? 200 : 503, std::move(body));
}

void App::add_own_routes() {
    Inside* inside = inside_.get();
    inside->own.get("/health/live", [] { return http::Response::json(R"({"status":"live"})"); }).hidden();
    inside->own.get("/health/ready", [inside] { return inside->ready(); }).hidden();
    inside->own
        .get("/metrics",
             [inside](http::Request& request) {
                 const auto& token = inside->metrics_token;
                 if (token && !security::constant_time_equal(request.headers.get("X-Service-Token").value_or(""),
                                                             token->reveal())) {
                     throw http::HttpError{404, "Not Found"};
                 }
                 http::Response response = http::Response::text(200, inside->metrics.render());
                 response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                 return response;
             })
        .hidden();
    inside->own.get("/openapi.json", [inside] { return http::Response::json(inside->openapi); }).hidden();
}

}  // namespace chassis::app
