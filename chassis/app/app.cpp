#include "chassis/app/app.hpp"

#include <algorithm>

#include "chassis/app/failure.hpp"
#include "chassis/app/inside.hpp"
#include "chassis/async/context.hpp"

namespace chassis::app {
namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (auto& line : lines) {
        if (!text.empty()) text += '\n';
        text += line;
    }
    return text;
}

// FastAPI sends a client to the same path with, or without, a slash at its end when only that one is a route.
std::string with_other_end(std::string_view path) {
    if (path.ends_with('/')) return std::string(path.substr(0, path.size() - 1));
    return std::string(path) + '/';
}

async::Task<http::Response> run_hooked(http::Request& request, Next next) {
    http::Response response;
    try {
        async::Task<http::Response> task = next(request);
        response = co_await task;
    } catch (...) {
        response = failure_response(request);
    }
    co_return response;
}

}  // namespace

StartError::StartError(std::vector<std::string> problems)
    : std::runtime_error(joined(problems)), problems(std::move(problems)) {}

StartError::~StartError() = default;

App::App(std::string name, About about)
    : Router(nullptr, ""), inside_(std::make_unique<Inside>(std::move(name), std::move(about))) {
    share(inside_->metrics);
    add_own_routes();
}

App::~App() = default;

void App::changed() { inside_->prepared = false; }

void App::share(detail::TypeKey type, void* object) {
    std::erase_if(inside_->shared, [&](const Inside::Shared& known) { return known.type == type; });
    inside_->shared.push_back({type, object});
    changed();
}

App::Provision App::add_provider(std::unique_ptr<Provider> provider) {
    auto& providers = inside_->providers;
    std::erase_if(providers, [&](const auto& known) { return known->type == provider->type; });
    changed();
    return Provision(*providers.emplace_back(std::move(provider)));
}

void App::set_fallback(std::unique_ptr<Endpoint> endpoint) {
    inside_->fallback = std::move(endpoint);
    changed();
}

void App::add_check(std::string name, std::move_only_function<async::Task<bool>()> check) {
    inside_->checks.push_back({std::move(name), std::move(check)});
}

App& App::on_start(std::move_only_function<async::Task<>()> f) {
    inside_->on_start.push_back(std::move(f));
    return *this;
}

App& App::on_stop(std::move_only_function<async::Task<>()> f) {
    inside_->on_stop.push_back(std::move(f));
    return *this;
}

void App::add_part(std::unique_ptr<Part> part) { inside_->parts.push_back(std::move(part)); }

std::vector<Part*> App::parts() const {
    std::vector<Part*> all;
    for (auto& part : inside_->parts) all.push_back(part.get());
    return all;
}

database::Database* App::database() const noexcept { return inside_->database; }
App& App::guard_metrics(const settings::Secret& token) {
    inside_->metrics_token = token;
    return *this;
}

App& App::ignore_deadlines() {
    inside_->reads_deadlines = false;
    return *this;
}

telemetry::Metrics& App::metrics() { return inside_->metrics; }
const std::string& App::name() const noexcept { return inside_->name; }

async::Task<> App::start_parts() {
    for (auto& part : inside_->parts) {
        co_await part->start();
        ++inside_->parts_started;
    }
    inside_->hooks_started = true;
    for (auto& f : inside_->on_start) co_await f();
    inside_->accepting = true;
}

async::Task<> App::stop_parts() {
    inside_->accepting = false;
    if (std::exchange(inside_->hooks_started, false)) {
        for (auto f = inside_->on_stop.rbegin(); f != inside_->on_stop.rend(); ++f) co_await (*f)();
    }
    while (inside_->parts_started > 0) {
        --inside_->parts_started;
        co_await inside_->parts[inside_->parts_started]->stop();
    }
}

async::Task<http::Response> App::handle(http::Request& request) const {
    RouteTree::Match match = inside_->tree.find(request.method, request.path);
    if (match.endpoint == nullptr) match.endpoint = inside_->fallback ? inside_->fallback.get() : inside_->miss.get();
    const Endpoint& endpoint = *match.endpoint;
    if (auto* context = async::Context::current()) context->route = endpoint.operation->path;
    if (endpoint.hooks.empty()) return endpoint.run(request, match.path);
    return run_hooked(request, Next(endpoint.hooks, endpoint, match.path));
}

const Operation* App::find_operation(const http::Request& request) const {
    const auto match = inside_->tree.find(request.method, request.path);
    return match.endpoint == nullptr ? nullptr : match.endpoint->operation;
}

async::Task<http::Response> MissEndpoint::run(http::Request& request, PathValues) const {
    const auto here = tree_.find(request.method, request.path);
    http::Response response;
    if (here.methods != 0) {
        response = error_response(request, 405, http::reason_phrase(405));
        response.headers.append("Allow", RouteTree::method_list(here.methods));
        co_return response;
    }
    const std::string other = with_other_end(request.path);
    if (tree_.find(request.method, other).endpoint != nullptr) {
        response.status = 307;
        response.headers.append("Location", request.query.empty() ? other : other + '?' + std::string(request.query));
        co_return response;
    }
    co_return error_response(request, 404, http::reason_phrase(404));
}

}  // namespace chassis::app
