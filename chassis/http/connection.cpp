#include "chassis/http/connection.hpp"

#include <algorithm>
#include <charconv>

#include "chassis/base/failpoint.hpp"
#include "chassis/base/text.hpp"
#include "chassis/http/loop_server.hpp"
#include "chassis/telemetry/log.hpp"
#include "chassis/telemetry/trace.hpp"

namespace chassis::http {
namespace {

using namespace std::chrono_literals;
using Progress = RequestReader::Progress;

// Up to here a body is copied behind its head, so that one call sends both and what is pipelined with them.
constexpr std::size_t copied_body = 16 * 1024;
// Pipelined replies are sent when there are so many bytes of them, even when more requests wait.
constexpr std::size_t sent_together = 64 * 1024;
// A reply's string larger than this is not kept for the next one.
constexpr std::size_t kept_buffer = 64 * 1024;
// How long the other side may go on sending what nobody reads, so that it sees the last reply and not a reset.
constexpr auto linger_time = 1s;
constexpr std::size_t linger_bytes = 1024 * 1024;

bool has_no_body(int status) noexcept { return status == 204 || status == 304 || status < 200; }

// Fields that the server writes itself: a handler's own would make the framing ambiguous.
bool is_framing_field(std::string_view name) noexcept {
    return base::iequals(name, "Content-Length") || base::iequals(name, "Transfer-Encoding") ||
           base::iequals(name, "Connection");
}

void append_number(std::string& text, std::size_t number) {
    char digits[20];
    auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text.append(digits, end);
}

// A failpoint that throws is a connection that ends without a reply.
bool passes_failpoint() {
    try {
        base::failpoint("http.before_reply");
        return true;
    } catch (const base::FailpointError&) {
        return false;
    }
}

}  // namespace

Connection::Connection(LoopServer& server, int socket, bool ipv6, std::string remote_address)
    : server_(server),
      wire_(server.loop(), ipv6, socket),
      remote_address_(std::move(remote_address)),
      reader_({server.settings().max_head_bytes, server.settings().max_headers, server.settings().max_body_bytes}),
      now_(Clock::now()),
      deadline_(now_ + server.settings().head_timeout) {
    request_.remote_address = remote_address_;
}

async::Task<> Connection::serve() {
    while (keep_alive_) {
        Progress progress = reader_.next(request_);
        if (progress == Progress::ready) {
            enter(Phase::handling, Clock::time_point::max());
            if (!open_context()) {
                Response late = Response::error(504, "The deadline is over");
                answer(late);
                continue;
            }
            deadline_ = context_.deadline + server_.settings().deadline_grace;
            async::Context::Scope scope(context_);
            Response response;
            try {
                Response handled = co_await server_.handler()(request_);
                response = std::move(handled);
            } catch (const HttpError& error) {
                response = error.response();
            } catch (...) {
                report_error(std::current_exception());
                response = Response::error(500, "Internal Server Error");
            }
            if (abandoned_) co_return;
            if (!passes_failpoint()) co_return;
            answer(response);
        } else if (progress == Progress::refused) {
            refuse(reader_.refusal());
            break;
        }
        // Requests that are here already are answered before anything is sent, within reason.
        bool waits = progress != Progress::ready;
        if (progress == Progress::need_body && reader_.framing().expects_continue &&
            !std::exchange(said_continue_, true)) {
            out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        }
        if ((waits || out_.size() >= sent_together || !large_body_.empty()) && !everything_sent()) {
            bool sent = co_await send_rest();
            if (!sent) co_return;
        }
        if (!waits) continue;
        start_what_follows();
        wait_for_more(progress);
        auto room = reader_.room();
        std::size_t bytes = co_await wire_.read(room.data(), room.size());
        if (bytes == 0) {
            if (!timed_out_ || phase_ == Phase::idle) co_return;
            refuse({408, "The request took too long to arrive"});
            break;
        }
        timed_out_ = false;
        now_ = Clock::now();
        reader_.received(bytes);
    }
    if (!everything_sent()) {
        bool sent = co_await send_rest();
        if (!sent) co_return;
    }
    start_what_follows();
    co_await linger();
}

async::Task<> Connection::turn_away() {
    keep_alive_ = false;
    Response busy = Response::error(503, "Too many connections");
    busy.headers.append("Retry-After", "1");
    append_reply(busy, true);
    if (everything_sent()) co_await linger();
}

void Connection::wait_for_more(Progress progress) noexcept {
    const auto& settings = server_.settings();
    if (progress == Progress::need_body) {
        if (phase_ != Phase::body) enter(Phase::body, now_ + settings.request_timeout);
    } else if (!reader_.empty()) {
        if (phase_ != Phase::head) enter(Phase::head, served_ ? now_ + settings.head_timeout : deadline_);
    } else if (served_) {
        enter(Phase::idle, now_ + settings.idle_timeout);
    }
}

// False when the caller's deadline is over already.
bool Connection::open_context() {
    const auto& settings = server_.settings();
    request_.received = now_;
    context_.route = {};
    if (!context_.cancelled.stop_possible() || stop_.stop_requested()) {
        stop_ = std::stop_source();
        context_.cancelled = stop_.get_token();
    }
    auto text = request_.headers.get("traceparent");
    if (auto parent = text ? base::TraceContext::parse(*text) : std::nullopt) {
        context_.trace = parent->child();
        parent_span_ = parent->span_id;
    } else {
        context_.trace = telemetry::begin_trace();
        parent_span_ = {};
    }
    context_.deadline = now_ + settings.request_timeout;
    if (!settings.reads_deadlines) return true;
    auto limit = request_.headers.get("X-Request-Deadline-Ms");
    if (!limit) return true;
    std::uint32_t milliseconds = 0;
    auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), milliseconds);
    if (error != std::errc() || end != limit->data() + limit->size()) return true;
    context_.deadline = std::min(context_.deadline, now_ + std::chrono::milliseconds(milliseconds));
    return milliseconds > 0;
}

void Connection::answer(Response& response) {
    keep_alive_ = keep_alive_ && reader_.framing().keep_alive && !server_.draining();
    if (!response.headers.empty()) {
        auto connection = response.headers.get("Connection");
        if (connection && has_token(*connection, "close")) keep_alive_ = false;
    }
    append_reply(response, request_.method != Method::head);
    if (response.after) after_.push_back({std::move(response.after), context_.trace});
    if (response.body.capacity() <= kept_buffer) request_.give_buffer(std::move(response.body));
    served_ = true;
    said_continue_ = false;
    request_.extensions.clear();
    reader_.finish();
}

void Connection::append_reply(Response& response, bool with_body) {
    std::size_t before = out_.size();
    if (response.status == 200) {
        out_ += "HTTP/1.1 200 OK\r\nDate: ";
    } else {
        out_ += "HTTP/1.1 ";
        append_number(out_, static_cast<std::size_t>(response.status));
        out_ += ' ';
        out_ += reason_phrase(response.status);
        out_ += "\r\nDate: ";
    }
    out_ += server_.date();
    bool has_type = response.body.empty();
    if (!response.headers.empty()) {
        for (HeaderField field : response.headers) {
            if (is_framing_field(field.name)) continue;
            has_type = has_type || base::iequals(field.name, "Content-Type");
            out_.append("\r\n").append(field.name).append(": ").append(field.value);
        }
    }
    if (!has_type) out_.append("\r\nContent-Type: ").append(response.content_type);
    if (!has_no_body(response.status)) {
        out_ += "\r\nContent-Length: ";
        append_number(out_, response.body.size());
    }
    if (!keep_alive_) {
        out_ += "\r\nConnection: close";
    } else if (reader_.framing().old_version) {
        out_ += "\r\nConnection: keep-alive";
    }
    out_ += "\r\n\r\n";
    std::size_t bytes = out_.size() - before;
    if (with_body && !has_no_body(response.status)) {
        bytes += response.body.size();
        if (response.body.size() <= copied_body) {
            out_ += response.body;
        } else {
            large_body_ = std::move(response.body);
        }
    }
    report(response.status, bytes);
}

void Connection::report(int status, std::size_t bytes) {
    now_ = Clock::now();
    auto duration = now_ - request_.received;
    async::Context::Scope scope(context_);
    if (server_.settings().on_complete) {
        server_.settings().on_complete({request_, context_.route, status, duration, bytes});
    }
    if (telemetry::is_recorded(context_.trace)) record_span(status, duration);
}

// Names and attributes are OpenTelemetry's for HTTP.
void Connection::record_span(int status, std::chrono::nanoseconds duration) {
    telemetry::SpanRecord span;
    span.trace = context_.trace;
    span.parent = parent_span_;
    span.name = to_string(request_.method);
    if (!context_.route.empty()) span.name.append(" ").append(context_.route);
    span.kind = telemetry::SpanKind::server;
    span.start =
        std::chrono::system_clock::now() - std::chrono::duration_cast<std::chrono::system_clock::duration>(duration);
    span.duration = duration;
    span.attributes.emplace_back("http.request.method", to_string(request_.method));
    span.attributes.emplace_back("url.path", request_.path);
    if (!context_.route.empty()) span.attributes.emplace_back("http.route", context_.route);
    span.attributes.emplace_back("http.response.status_code", status);
    span.failed = status >= 500;
    telemetry::record(std::move(span));
}

void Connection::report_error(std::exception_ptr error) {
    if (server_.settings().on_error) return server_.settings().on_error(request_, std::move(error));
    std::string what = "not a std::exception";
    try {
        std::rethrow_exception(std::move(error));
    } catch (const std::exception& exception) {
        what = exception.what();
    } catch (...) {
    }
    telemetry::log_error("a handler failed", {{"method", request_.method}, {"path", request_.path}, {"error", what}});
}

// Nothing more of this connection is believed.
void Connection::refuse(const Refusal& refusal) {
    keep_alive_ = false;
    request_.method = Method::get;
    request_.target = request_.path = request_.query = request_.body = {};
    request_.headers.clear();
    request_.received = now_;
    context_.route = {};
    context_.trace = base::TraceContext::generate(false);
    Response response = Response::error(refusal.status, refusal.detail);
    append_reply(response, true);
}

void Connection::check_time(Clock::time_point now) {
    if (phase_ != Phase::handling) {
        if (now < deadline_ || timed_out_) return;
        timed_out_ = true;
        wire_.cancel();
        return;
    }
    if (!stop_.stop_requested() && (now >= context_.deadline || wire_.peer_is_gone())) stop_.request_stop();
    if (now >= deadline_ && !abandoned_) abandon();
}

// The handler works on, as nobody may destroy its frame; the client is told and its connection is over.
void Connection::abandon() {
    abandoned_ = true;
    keep_alive_ = false;
    Response response = Response::error(503, "The deadline is over");
    append_reply(response, request_.method != Method::head);
    everything_sent();
    wire_.shut_sending();
}

void Connection::end_if_idle(Clock::time_point until) {
    if (phase_ != Phase::idle) return;
    deadline_ = served_ ? Clock::time_point::min() : std::min(deadline_, until);
    check_time(Clock::now());
}

void Connection::cut() {
    stop_.request_stop();
    abandoned_ = abandoned_ || phase_ == Phase::handling;
    wire_.shut();
}

// Sends as much as the socket takes.
bool Connection::everything_sent() {
    while (sent_ < out_.size() || large_sent_ < large_body_.size()) {
        auto sent = wire_.send(std::string_view(out_).substr(sent_), std::string_view(large_body_).substr(large_sent_));
        broken_ = sent < 0;
        if (sent <= 0) return false;
        auto of_out = std::min(static_cast<std::size_t>(sent), out_.size() - sent_);
        sent_ += of_out;
        large_sent_ += static_cast<std::size_t>(sent) - of_out;
    }
    sent_ = large_sent_ = 0;
    out_.clear();
    if (!large_body_.empty()) large_body_ = {};
    return true;
}

async::Task<bool> Connection::send_rest() {
    enter(Phase::writing, now_ + server_.settings().request_timeout);
    while (!everything_sent()) {
        if (broken_) co_return false;
        bool writable = co_await wire_.writable();
        if (!writable || timed_out_) co_return false;
    }
    co_return true;
}

void Connection::start_what_follows() {
    for (After& after : after_) server_.run_after_reply(std::move(after.run), after.trace);
    after_.clear();
}

async::Task<> Connection::linger() {
    enter(Phase::closing, now_ + linger_time);
    wire_.shut_sending();
    char dropped[4096];
    for (std::size_t total = 0; total < linger_bytes && !timed_out_;) {
        std::size_t bytes = co_await wire_.read(dropped, sizeof dropped);
        if (bytes == 0) co_return;
        total += bytes;
    }
}

}  // namespace chassis::http
