#include "chassis/app/starter.hpp"

#include <algorithm>
#include <set>

namespace chassis::app {
namespace {

std::size_t round_up(std::size_t size, std::size_t alignment) { return (size + alignment - 1) / alignment * alignment; }

// "get_products_product_id"; every character that a client generator could not use in a name becomes one underscore.
std::string make_id(const Operation& operation) {
    std::string id;
    for (char c : std::string(to_string(operation.method)) + operation.path) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            id += upper ? static_cast<char>(c | 0x20) : c;
        } else if (!id.ends_with('_')) {
            id += '_';
        }
    }
    while (id.ends_with('_')) id.pop_back();
    return id;
}

// "Get Products Product Id", as FastAPI makes a title of a name.
std::string make_summary(std::string_view id) {
    std::string text;
    for (bool first = true; char c : id) {
        text += c == '_' ? ' ' : first && c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
        first = c == '_';
    }
    return text;
}

}  // namespace

void App::prepare() {
    if (!inside_->prepared) Starter(*this).prepare();
}

const std::string& App::openapi() {
    prepare();
    return inside_->openapi;
}

void Starter::prepare() {
    inside_.tree = RouteTree{};
    bind_providers();

    prepare_router(inside_.own, {});
    prepare_router(app_, {});

    std::vector<const Hook*> around_all;
    for (auto& hook : app_.hooks_) around_all.push_back(hook.get());
    inside_.miss = std::make_unique<MissEndpoint>(inside_.tree);
    Endpoint* miss = inside_.miss.get();
    inside_.miss_operation.hidden = true;
    inside_.fallback_operation.hidden = true;
    place_.clear();
    subject_ = "the fallback";
    prepare_endpoint(*miss, inside_.miss_operation);
    miss->hooks = around_all;
    if (inside_.fallback) {
        prepare_endpoint(*inside_.fallback, inside_.fallback_operation);
        inside_.fallback->hooks = around_all;
    }

    std::vector<const Operation*> operations;
    std::set<std::string_view> ids;
    for (const Route* route : documented_) {
        const Operation& operation = route->operation_;
        if (!ids.insert(operation.id).second) {
            place_ = operation.where;
            subject_ = operation.name();
            problem("has the id " + operation.id + ", which another operation has: give it one with .id(...)");
        }
        operations.push_back(&operation);
    }
    if (!problems_.empty()) throw StartError(std::move(problems_));
    inside_.openapi = make_openapi(inside_.about, operations, schemas_.components());
    inside_.prepared = true;
}

void Starter::problem(std::string text) {
    std::string line = place_.empty() ? "" : place_ + ": ";
    line += subject_ + ' ' + text;
    if (std::ranges::find(problems_, line) == problems_.end()) problems_.push_back(std::move(line));
}

void* Starter::shared(detail::TypeKey type, std::string_view name) {
    for (auto& known : inside_.shared) {
        if (known.type == type) return known.object;
    }
    problem("needs a " + std::string(name) + ", which nobody shares");
    return nullptr;
}

std::uint32_t Starter::provider(detail::TypeKey type, std::string_view name) {
    for (std::uint32_t number = 0; number < inside_.providers.size(); ++number) {
        if (inside_.providers[number]->type != type) continue;
        needs_->push_back(number);
        return number;
    }
    problem("needs a " + std::string(name) + ", which nobody provides");
    return ProviderPlan::unused;
}

void Starter::needs_idempotency(std::string_view name) {
    if (!idempotent_) problem("takes a " + std::string(name) + " but is not .idempotent()");
}

void Starter::bind_providers() {
    place_.clear();
    provider_needs_.resize(inside_.providers.size());
    for (std::size_t i = 0; i < inside_.providers.size(); ++i) {
        subject_ = "the provider of " + std::string(inside_.providers[i]->name);
        needs_ = &provider_needs_[i];
        inside_.providers[i]->bind(*this);
    }
}

void Starter::prepare_router(Router& router, std::vector<const Hook*> hooks) {
    for (auto& hook : router.hooks_) hooks.push_back(hook.get());
    for (auto& route : router.routes_) prepare_route(*route, hooks);
    for (auto& inner : router.routers_) prepare_router(*inner, hooks);
}

void Starter::prepare_route(Route& route, const std::vector<const Hook*>& hooks) {
    place_ = route.declared_.where;
    subject_ = route.declared_.name();
    idempotent_ = route.guard_maker_ != nullptr;
    Endpoint& endpoint = *route.endpoint_;
    prepare_endpoint(endpoint, route.operation_);
    endpoint.hooks = hooks;
    for (auto& hook : route.hooks_) endpoint.hooks.push_back(hook.get());

    describe(route);
    if (route.guard_maker_) {
        std::vector<std::string> found;
        Description description(route.operation_, schemas_, found);
        route.guard_ = route.guard_maker_->make(app_, endpoint, description);
        endpoint.guard = route.guard_.get();
        for (auto& text : found) problem(text);
    }
    for (int status : route.errors_) {
        std::vector<std::string> none;
        Description(route.operation_, schemas_, none).error(status);
    }
    if (!route.operation_.hidden) documented_.push_back(&route);
    add_to_tree(route);
}

void Starter::prepare_endpoint(Endpoint& endpoint, const Operation& operation) {
    std::vector<std::uint32_t> needs;
    needs_ = &needs;
    endpoint.operation = &operation;
    endpoint.bind(*this);
    plan(endpoint, needs);
    needs_ = nullptr;
}

void Starter::describe(Route& route) {
    Operation& operation = route.operation_;
    operation = route.declared_;
    if (operation.id.empty()) operation.id = make_id(operation);
    if (operation.summary.empty()) operation.summary = make_summary(operation.id);

    std::vector<std::string> found;
    Description description(operation, schemas_, found);
    for (auto& step : route.endpoint_->plan.steps) {
        step.provider->describe(description);
        for (int status : step.provider->errors) description.error(status);
    }
    route.endpoint_->describe(description);
    for (auto& text : found) problem(text);

    if (operation.success != 0) {
        const auto first = std::ranges::find_if(operation.replies, [](auto& reply) { return reply.first < 400; });
        if (first != operation.replies.end() && first->first != operation.success) {
            auto node = operation.replies.extract(first);
            node.key() = operation.success;
            node.mapped().about = Description::success_text(operation.success);
            operation.replies.insert(std::move(node));
        }
    }
    for (auto& [status, reply] : route.replies_) operation.replies.insert_or_assign(status, reply);
}

void Starter::plan(Endpoint& endpoint, const std::vector<std::uint32_t>& needs) {
    ProviderPlan plan;
    plan.step_of.assign(inside_.providers.size(), ProviderPlan::unused);
    std::vector<std::uint32_t> path;
    for (std::uint32_t number : needs) add_to_plan(plan, number, path);
    if (plan.steps.size() > ProviderPlan::most) problem("needs more than 64 providers");
    endpoint.plan = std::move(plan);
}

void Starter::add_to_plan(ProviderPlan& plan, std::uint32_t number, std::vector<std::uint32_t>& path) {
    if (plan.step_of[number] != ProviderPlan::unused) return;
    if (std::ranges::find(path, number) != path.end()) {
        std::string circle;
        for (auto at = std::ranges::find(path, number); at != path.end(); ++at) {
            circle += std::string(inside_.providers[*at]->name) + " needs ";
        }
        problem("needs providers that go in a circle: " + circle + std::string(inside_.providers[number]->name));
        return;
    }
    path.push_back(number);
    for (std::uint32_t needed : provider_needs_[number]) add_to_plan(plan, needed, path);
    path.pop_back();

    const Provider& provider = *inside_.providers[number];
    const std::size_t offset = round_up(plan.bytes, provider.alignment);
    plan.step_of[number] = static_cast<std::uint32_t>(plan.steps.size());
    plan.steps.push_back({&provider, offset});
    plan.bytes = offset + provider.size;
}

void Starter::add_to_tree(Route& route) {
    const Operation& operation = route.operation_;
    const Endpoint* earlier = inside_.tree.add(operation.method, operation.path, *route.endpoint_);
    if (earlier == nullptr) return;
    const Operation& other = *earlier->operation;
    problem("is registered already" + (other.where.empty() ? "" : " at " + other.where) +
            (other.path == operation.path ? "" : ", as " + other.path));
}

}  // namespace chassis::app
