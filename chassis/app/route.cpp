#include "chassis/app/route.hpp"

namespace chassis::app {
namespace {

// "socks_of_doom/main.cpp:31": enough to find it, and the same on every machine.
std::string short_place(std::source_location where) {
    std::string_view file = where.file_name();
    std::size_t slash = file.rfind('/');
    if (slash != file.npos && slash > 0) slash = file.rfind('/', slash - 1);
    if (slash != file.npos) file.remove_prefix(slash + 1);
    return std::string(file) + ':' + std::to_string(where.line());
}

}  // namespace

Route::Route(Router& router, http::Method method, std::string path, std::unique_ptr<Endpoint> endpoint,
             std::source_location where)
    : router_(router), endpoint_(std::move(endpoint)) {
    declared_.method = method;
    declared_.path = std::move(path);
    declared_.where = short_place(where);
    const detail::Placeholders placeholders = detail::parse_route_text(declared_.path);
    for (std::size_t i = 0; i < placeholders.count; ++i) declared_.placeholders.emplace_back(placeholders.names[i]);
}

Route::~Route() = default;

Route& Route::status(int success) {
    declared_.success = success;
    return *this;
}

Route& Route::replies(int status, std::string about, std::string media_type) {
    std::string schema = media_type.empty() ? "" : media_type == "application/json" ? "{}" : R"({"type":"string"})";
    replies_.emplace_back(status, Operation::Reply{std::move(about), std::move(media_type), std::move(schema)});
    return *this;
}

Route& Route::summary(std::string text) {
    declared_.summary = std::move(text);
    return *this;
}

Route& Route::description(std::string text) {
    declared_.description = std::move(text);
    return *this;
}

Route& Route::tag(std::string text) {
    declared_.tags.push_back(std::move(text));
    return *this;
}

Route& Route::id(std::string text) {
    declared_.id = std::move(text);
    return *this;
}

Route& Route::deprecated() {
    declared_.deprecated = true;
    return *this;
}

Route& Route::hidden() {
    declared_.hidden = true;
    return *this;
}

Router::Router(Router* outer, std::string prefix) : outer_(outer), prefix_(std::move(prefix)) {}
Router::~Router() = default;

Router& Router::router(Prefix prefix) {
    struct Inner final : Router {
        Inner(Router* outer, std::string prefix) : Router(outer, std::move(prefix)) {}
    };
    routers_.push_back(std::make_unique<Inner>(this, prefix_ + std::string(prefix.text())));
    return *routers_.back();
}

Route& Router::add(http::Method method, std::string_view text, std::unique_ptr<Endpoint> endpoint,
                   std::source_location where) {
    // "/v1" and "/" give "/v1".
    std::string path = prefix_ + std::string(!prefix_.empty() && text == "/" ? "" : text);
    routes_.push_back(std::make_unique<Route>(*this, method, std::move(path), std::move(endpoint), where));
    changed();
    return *routes_.back();
}

async::Task<http::Response> Next::operator()(http::Request& request) const {
    if (hooks_.empty()) return endpoint_->run(request, path_);
    return hooks_.front()->run(request, Next(hooks_.subspan(1), *endpoint_, path_));
}

}  // namespace chassis::app
