#include "chassis/app/call.hpp"

#include <algorithm>

#include "chassis/app/endpoint.hpp"
#include "chassis/base/text.hpp"

namespace chassis::app {
namespace {

// FastAPI's order of what it tells: path, query, headers, cookies, then the body.
int rank(const model::FieldError& error) {
    static constexpr std::array<std::string_view, 4> order = {"path", "query", "header", "cookie"};
    constexpr int last_rank = order.size();
    if (error.loc.empty()) return last_rank;
    const auto* where = std::get_if<std::string>(&error.loc.front());
    if (where == nullptr) return last_rank;
    return static_cast<int>(std::ranges::find(order, *where) - order.begin());
}

}  // namespace

Call::Call(http::Request& request, const PathValues& path, const Operation& operation, const ProviderPlan& plan)
    : request(request), path(path), operation(operation), plan_(plan) {
    if (plan.bytes > 0) values_ = std::make_unique_for_overwrite<std::byte[]>(plan.bytes);
}

Call::~Call() {
    if (made_ == 0) return;
    for (std::size_t step = plan_.steps.size(); step-- > 0;) {
        if (is_made(step)) plan_.steps[step].provider->destroy(place(step));
    }
}

std::string_view Call::path_value(std::size_t index, std::string& room) const {
    const std::string_view raw = path.values[index];
    if (raw.find('%') == raw.npos) return raw;
    auto decoded = base::percent_decode(raw);
    if (!decoded) return raw;
    room = std::move(*decoded);
    return room;
}

std::optional<std::string_view> Call::path_value(std::string_view name, std::string& room) const {
    const auto found = std::ranges::find(operation.placeholders, name);
    if (found == operation.placeholders.end()) return std::nullopt;
    return path_value(static_cast<std::size_t>(found - operation.placeholders.begin()), room);
}

void Call::refuse(model::ValidationError&& error, std::string_view where, std::string_view name) {
    for (auto& found : error.errors) {
        if (!name.empty()) found.loc.insert(found.loc.begin(), std::string(name));
        if (!where.empty()) found.loc.insert(found.loc.begin(), std::string(where));
        errors_.push_back(std::move(found));
    }
}

void Call::throw_refused() {
    std::vector<std::pair<int, std::size_t>> places;
    for (std::size_t i = 0; i < errors_.size(); ++i) places.emplace_back(rank(errors_[i]), i);
    std::ranges::sort(places);
    std::vector<model::FieldError> ordered;
    for (auto [where, i] : places) ordered.push_back(std::move(errors_[i]));
    throw InputError(std::move(ordered));
}

}  // namespace chassis::app
