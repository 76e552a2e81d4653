#include "chassis/http/client.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <expected>
#include <mutex>
#include <span>
#include <system_error>

#include "chassis/async/timeout.hpp"
#include "chassis/base/failpoint.hpp"
#include "chassis/base/text.hpp"
#include "chassis/http/client_pool.hpp"
#include "chassis/telemetry/trace.hpp"

namespace chassis::http {
namespace {

using async::Context;
using async::Task;
using Kind = ClientError::Kind;
using Progress = ResponseReader::Progress;

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

struct Failure {
    Kind kind;
    bool maybe_sent;
    std::string why;
};

std::string error_text(int error) { return std::generic_category().message(error); }

std::optional<Address> parse_address(const Url& url) {
    Address address;
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
    if (inet_pton(AF_INET, url.host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(url.port);
        address.size = sizeof v4;
        return address;
    }
    if (inet_pton(AF_INET6, url.host.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(url.port);
        address.size = sizeof v6;
        return address;
    }
    return std::nullopt;
}

// Blocks.
std::vector<Address> look_up(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    std::vector<Address> addresses;
    if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return addresses;
    for (addrinfo* each = found; each; each = each->ai_next) {
        Address& address = addresses.emplace_back();
        std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
        address.size = each->ai_addrlen;
    }
    freeaddrinfo(found);
    return addresses;
}

Task<std::vector<Address>> look_up_elsewhere(std::shared_ptr<async::Workers> workers, std::string host,
                                             std::uint16_t port) {
    std::vector<Address> found = co_await workers->run([&] { return look_up(host, port); });
    co_return found;
}

std::int64_t milliseconds_until(Time deadline) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Context::Clock::now()).count();
}

// The client's own fields come first; the same ones of the caller are left out.
bool is_own_field(std::string_view name) noexcept {
    for (std::string_view own :
         {"Content-Length", "Transfer-Encoding", "Connection", "traceparent", "X-Request-Deadline-Ms"}) {
        if (base::iequals(name, own)) return true;
    }
    return false;
}

void write_head(std::string& out, const ClientRequest& request, const Url& url, Time deadline) {
    out.clear();
    out.append(to_string(request.method)).append(" ").append(url.target).append(" HTTP/1.1\r\n");
    if (!request.headers.get("Host")) out.append("Host: ").append(url.authority).append("\r\n");
    bool has_body = !request.body.empty() || request.method == Method::post || request.method == Method::put ||
                    request.method == Method::patch;
    if (has_body) out.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    if (!request.body.empty() && !request.headers.get("Content-Type")) {
        out.append("Content-Type: ").append(request.content_type).append("\r\n");
    }
    if (Context* context = Context::current(); context && context->trace.valid()) {
        out.append("traceparent: ").append(context->trace.traceparent()).append("\r\n");
    }
    if (deadline != Time::max()) {
        out.append("X-Request-Deadline-Ms: ")
            .append(std::to_string(std::max<std::int64_t>(milliseconds_until(deadline), 1)));
        out.append("\r\n");
    }
    for (HeaderField field : request.headers) {
        if (!is_own_field(field.name)) out.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    out += "\r\n";
}

// One call: what every step of it needs.
struct Call {
    const ClientRequest& request;
    const Url& url;
    const Client::Settings& settings;
    Time deadline;
    Alarm alarm{};

    Failure timeout(bool maybe_sent, std::string_view while_doing) const {
        return {Kind::timeout, maybe_sent, "the deadline was over while " + std::string(while_doing)};
    }
};

// Sets the errno of the attempt; 0 when connected.
Task<int> connect(Call& call, Wire& wire, const Address& address, Time until) {
    bool ipv6 = address.storage.ss_family == AF_INET6;
    int socket = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (socket < 0) co_return errno;
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int error = 0;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) error = errno;
    if (error != 0 && error != EINPROGRESS) {
        close(socket);
        co_return error;
    }
    wire.assign(ipv6, socket);
    if (error == 0) co_return 0;
    call.alarm.watch(until, wire);
    bool ready = co_await wire.writable();
    call.alarm.cancel();
    socklen_t size = sizeof error;
    if (!ready || call.alarm.rang()) {
        error = ETIMEDOUT;
    } else if (getsockopt(wire.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
    }
    if (error != 0) wire.close();
    co_return error;
}

using Opened = std::expected<std::unique_ptr<ClientConnection>, Failure>;

Task<Opened> open(Call& call, std::shared_ptr<async::Workers> workers) {
    Time until = std::min(call.deadline, Context::Clock::now() + call.settings.connect_timeout);
    std::vector<Address> addresses;
    if (auto literal = parse_address(call.url)) {
        addresses.push_back(*literal);
    } else {
        auto found = co_await async::with_timeout(look_up_elsewhere(std::move(workers), call.url.host, call.url.port),
                                                  until - Context::Clock::now());
        if (!found) co_return std::unexpected(call.timeout(false, "looking up the host"));
        addresses = std::move(*found);
    }
    if (addresses.empty()) co_return std::unexpected(Failure{Kind::resolve, false, "the host has no address"});
    auto connection = std::make_unique<ClientConnection>(*async::Loop::current(), call.settings);
    int error = 0;
    for (const Address& address : addresses) {
        error = co_await connect(call, connection->wire, address, until);
        if (error == 0) co_return connection;
        if (Context::Clock::now() >= until) break;
    }
    if (Context::Clock::now() >= call.deadline) co_return std::unexpected(call.timeout(false, "connecting"));
    co_return std::unexpected(Failure{Kind::connect, false, error_text(error)});
}

// Nothing is returned when everything is written.
Task<std::optional<Failure>> write(Call& call, ClientConnection& connection) {
    std::string_view head = connection.out;
    std::string_view body = call.request.body;
    for (bool sent_some = false;;) {
        auto sent = connection.wire.send(head, body);
        if (sent < 0) co_return Failure{Kind::reset, sent_some, "the connection was closed while writing"};
        sent_some = sent_some || sent > 0;
        auto of_head = std::min(static_cast<std::size_t>(sent), head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(static_cast<std::size_t>(sent) - of_head);
        if (head.empty() && body.empty()) co_return std::nullopt;
        if (sent > 0) continue;
        bool writable = co_await connection.wire.writable();
        if (!writable || call.alarm.rang()) co_return call.timeout(sent_some, "writing the request");
    }
}

using Exchanged = std::expected<ClientResponse, Failure>;

Task<Exchanged> exchange(Call& call, ClientConnection& connection) {
    auto& reader = connection.reader;
    reader.begin(call.request.method);
    write_head(connection.out, call.request, call.url, call.deadline);
    call.alarm.watch(call.deadline, connection.wire);
    std::optional<Failure> failed = co_await write(call, connection);
    if (failed) co_return std::unexpected(std::move(*failed));
    Progress progress = Progress::need_more;
    while (progress == Progress::need_more) {
        auto room = reader.room();
        std::size_t bytes = co_await connection.wire.read(room.data(), room.size());
        // It rings once: the next read would wait without an end.
        if (call.alarm.rang()) co_return std::unexpected(call.timeout(true, "waiting for the reply"));
        if (bytes == 0 && connection.wire.error() != boost::asio::error::eof) {
            co_return std::unexpected(Failure{Kind::reset, true, connection.wire.error().message()});
        }
        if (bytes == 0) {
            progress = reader.closed();
            if (progress == Progress::ready) break;
            co_return std::unexpected(Failure{Kind::reset, true, std::string(reader.detail())});
        }
        reader.received(bytes);
        progress = reader.next();
    }
    if (progress == Progress::too_large) {
        co_return std::unexpected(Failure{Kind::too_large, true, "the reply is larger than is allowed"});
    }
    if (progress == Progress::malformed) {
        co_return std::unexpected(
            Failure{Kind::protocol, true, "the reply is not HTTP/1.1: " + std::string(reader.detail())});
    }
    co_return reader.take();
}

}  // namespace

struct Client::Shared {
    Settings settings;
    std::uint64_t key = async::Loop::State::new_key();
    std::once_flag workers_made;
    std::shared_ptr<async::Workers> workers;

    // For names only, so made with the first. A look-up that nobody waits for any more keeps them until it has ended.
    std::shared_ptr<async::Workers> resolvers() {
        std::call_once(workers_made, [&] { workers = std::make_shared<async::Workers>(2); });
        return workers;
    }
};

std::string_view to_string(ClientError::Kind kind) noexcept {
    switch (kind) {
        case Kind::bad_request:
            return "bad_request";
        case Kind::resolve:
            return "resolve";
        case Kind::connect:
            return "connect";
        case Kind::timeout:
            return "timeout";
        case Kind::reset:
            return "reset";
        case Kind::protocol:
            return "protocol";
        case Kind::too_large:
            return "too_large";
    }
    return "unknown";
}

Client::Client(Settings settings) : shared_(std::make_shared<Shared>()) { shared_->settings = settings; }
Client::~Client() = default;

Task<ClientResponse> Client::send(ClientRequest request) {
    auto shared = shared_;
    auto url = Url::parse(request.url);
    auto fail = [&](const Failure& failure) {
        return ClientError(failure.kind, failure.maybe_sent,
                           std::string(to_string(request.method)) + " " + request.url + ": " + failure.why);
    };
    if (!url) throw fail({Kind::bad_request, false, "only a plain http:// URL can be sent to"});
    const Settings& settings = shared->settings;
    std::chrono::nanoseconds timeout = request.timeout.count() > 0 ? request.timeout : settings.timeout;
    Span span(to_string(request.method), SpanKind::client);
    if (telemetry::is_recorded(span.trace())) {
        span.attribute("http.request.method", to_string(request.method));
        span.attribute("server.address", url->authority);
        span.attribute("url.full", request.url);
    }
    Call call{request, *url, settings, Context::deadline_within(timeout)};
    if (Context::Clock::now() >= call.deadline) throw fail(call.timeout(false, "it had not begun"));

    auto& pool = async::Loop::current()->state().attachment<ClientPool>(shared->key, settings);
    Origin& origin = pool.origin(*url);
    bool entered = co_await origin.enter(call.deadline);
    if (!entered) throw fail(call.timeout(false, "waiting for a free connection"));
    Origin::Slot slot(origin);
    for (bool fresh = false;; fresh = true) {
        auto connection = fresh ? nullptr : origin.take_kept();
        bool kept = connection != nullptr;
        if (!kept) {
            std::shared_ptr<async::Workers> workers = parse_address(*url) ? nullptr : shared->resolvers();
            Opened opened = co_await open(call, std::move(workers));
            if (!opened) throw fail(opened.error());
            connection = std::move(*opened);
        }
        Exchanged reply = co_await exchange(call, *connection);
        call.alarm.cancel();
        if (reply) {
            if (connection->reader.reusable()) pool.keep(origin, std::move(connection));
            base::failpoint("client.after_reply");
            if (telemetry::is_recorded(span.trace())) span.attribute("http.response.status_code", reply->status);
            if (reply->status >= 500) span.fail(reason_phrase(reply->status));
            co_return std::move(*reply);
        }
        const Failure& failure = reply.error();
        bool was_dead = kept && failure.kind == Kind::reset && !connection->reader.got_some();
        bool repeatable = !failure.maybe_sent || request.idempotent.value_or(is_idempotent(request.method));
        if (!was_dead || !repeatable) throw fail(failure);
    }
}

}  // namespace chassis::http
