// Where one message ends and the next begins, and what is refused because the answer could be doubtful.
//
// Beast's parser reads the head; this stands around it. A server and whatever is in front of it must never disagree on
// the length of a message (request smuggling), so of RFC 9112's leniencies none is taken: exactly one Host on HTTP/1.1,
// a Transfer-Encoding without a Content-Length and of nothing but `chunked`, one plain Content-Length, no folded lines,
// no bare CR or LF, no control characters, no field whose name only resembles one of the two, known methods, no body on
// GET and HEAD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "chassis/http/message.hpp"

namespace chassis::http {

// How a message goes on after its head.
struct Framing {
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    bool keep_alive = true;
    // HTTP/1.0: keeping the connection has to be said in the reply.
    bool old_version = false;
    bool expects_continue = false;

    bool has_body() const noexcept { return chunked || content_length.value_or(0) > 0; }
};

// Why a message is refused: the status to answer with and a text for the other side. `detail` is a literal.
struct Refusal {
    int status;
    std::string_view detail;
};

// The length of the head at the beginning of `text`, its empty line included; 0 when it is not complete. `seen` bytes
// were searched before.
std::size_t head_length(std::string_view text, std::size_t seen) noexcept;

// `head` is complete. Fills the request's method, target and fields with views into it. 501 means that the framing is
// plain but the transfer coding is not supported.
std::optional<Refusal> parse_request_head(std::string_view head, std::size_t max_headers, Request& request,
                                          Framing& framing);

struct ResponseHead {
    int status = 0;
    HeaderFields headers;
};

// The same for a reply. Without a length and not chunked its body ends with the connection; keep_alive is then false.
std::optional<Refusal> parse_response_head(std::string_view head, ResponseHead& response, Framing& framing);

// "close", "keep-alive" among the comma-separated tokens of a field.
bool has_token(std::string_view list, std::string_view token) noexcept;

}  // namespace chassis::http
