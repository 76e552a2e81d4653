#include "chassis/app/trace_sender.hpp"

#include <semaphore>

#include "chassis/async/context.hpp"
#include "chassis/http/client.hpp"
#include "chassis/telemetry/exporter.hpp"
#include "chassis/telemetry/log.hpp"

namespace chassis::app {
namespace {

constexpr std::chrono::seconds send_timeout{5};

// False when it is worth trying again: the collector is away or says so.
async::Task<bool> post(http::Client& client, std::string url, std::string document) {
    // Sending spans makes none.
    async::Context unseen;
    unseen.trace = base::TraceContext::generate(false);
    async::Context::Scope scope(unseen);
    try {
        http::ClientRequest request(http::Method::post, std::move(url));
        request.body = std::move(document);
        request.timeout = send_timeout;
        async::Task<http::ClientResponse> sending = client.send(std::move(request));
        const http::ClientResponse response = co_await sending;
        co_return response.status != 429 && response.status < 500;
    } catch (const http::ClientError& error) {
        telemetry::log_debug("spans not sent", {{"error", error.what()}});
    }
    co_return false;
}

}  // namespace

struct TraceSending::Running {
    Running(const std::string& service, const std::string& endpoint, double sample_ratio)
        : client(http::Client::Settings{}),
          url(endpoint + "/v1/traces"),
          exporter({.service = service, .sample_ratio = sample_ratio},
                   [this](std::string document) { return post(client, url, std::move(document)); }) {}

    async::Task<> run() {
        co_await exporter.run();
        ended.release();
    }

    http::Client client;
    std::string url;
    telemetry::TraceExporter exporter;
    std::binary_semaphore ended{0};
};

TraceSending::TraceSending(async::Loop& loop, const std::string& service, const std::string& endpoint,
                           double sample_ratio)
    : running_(std::make_unique<Running>(service, endpoint, sample_ratio)) {
    loop.spawn(running_->run());
}

TraceSending::~TraceSending() = default;

void TraceSending::stop() {
    running_->exporter.stop();
    running_->ended.acquire();
}

}  // namespace chassis::app
