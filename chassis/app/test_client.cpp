#include "chassis/app/test_client.hpp"

#include "chassis/app/failure.hpp"
#include "chassis/async/context.hpp"

namespace chassis::app {
namespace {

constexpr std::chrono::seconds request_timeout{30};

// What an operation may always answer with, without declaring it: the service is overloaded or late.
bool is_always_possible(int status) { return status == 503; }

void check_declared(const Operation* operation, int status) {
    if (operation == nullptr || operation->path.empty() || is_always_possible(status)) return;
    if (operation->declares(status) || operation->hidden) return;
    throw UndeclaredStatus(operation->where + ": " + operation->name() + " answered " + std::to_string(status) +
                           ", which it does not declare: add .errors(" + std::to_string(status) + ")");
}

}  // namespace

TestClient::TestClient(App& app) : app_(app) {
    app_.prepare();
    run(app_.start_parts());
}

TestClient::~TestClient() { run(app_.stop_parts()); }

TestReply TestClient::send(http::Method method, std::string_view target, std::string body, http::Headers headers) {
    app_.prepare();
    const bool has_type = headers.get("Content-Type") || always_.get("Content-Type");
    const std::string target_text(target);
    http::Request request;
    request.method = method;
    request.set_target(target_text);
    request.body = body;
    request.remote_address = "127.0.0.1:50000";
    request.received = std::chrono::steady_clock::now();
    request.headers.append("Host", "testserver");
    for (auto field : headers) request.headers.append(field.name, field.value);
    for (auto field : always_) {
        if (!headers.get(field.name)) request.headers.append(field.name, field.value);
    }
    if (!body.empty() && !has_type) request.headers.append("Content-Type", "application/json");
    return run(answer(request));
}

async::Task<TestReply> TestClient::answer(http::Request& request) {
    async::Context context;
    context.trace = base::TraceContext::generate(true);
    context.deadline = async::Context::Clock::now() + request_timeout;
    async::Context::Scope scope(context);

    async::Task<http::Response> handling = app_.handle(request);
    http::Response response = co_await handling;
    if (response.after) co_await response.after();
    if (auto* unhandled = request.extensions.get<UnhandledError>()) std::rethrow_exception(unhandled->error);
    check_declared(app_.find_operation(request), response.status);

    TestReply reply;
    reply.status = response.status;
    reply.headers = std::move(response.headers);
    if (!reply.headers.get("Content-Type") && !response.body.empty()) {
        reply.headers.append("Content-Type", response.content_type);
    }
    if (request.method != http::Method::head) reply.body = std::move(response.body);
    co_return reply;
}

}  // namespace chassis::app
