#include "chassis/http/message.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"

namespace chassis::http {
namespace {

constexpr std::array<std::string_view, 7> method_names = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool is_token(std::string_view text) noexcept {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (base::to_lower(c) >= 'a' && base::to_lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               others.find(c) != others.npos;
    });
}

bool is_field_value(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
    });
}

}  // namespace

std::string_view to_string(Method method) noexcept { return method_names[static_cast<std::size_t>(method)]; }

std::optional<Method> parse_method(std::string_view text) noexcept {
    auto found = std::ranges::find(method_names, text);
    if (found == method_names.end()) return std::nullopt;
    return static_cast<Method>(found - method_names.begin());
}

bool is_idempotent(Method method) noexcept { return method != Method::post && method != Method::patch; }

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
        case 100:
            return "Continue";
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 203:
            return "Non-Authoritative Information";
        case 204:
            return "No Content";
        case 205:
            return "Reset Content";
        case 206:
            return "Partial Content";
        case 300:
            return "Multiple Choices";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 402:
            return "Payment Required";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 425:
            return "Too Early";
        case 426:
            return "Upgrade Required";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Unknown";
    }
}

std::optional<std::string_view> HeaderFields::get(std::string_view name) const noexcept {
    for (auto& field : fields_) {
        if (base::iequals(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::size_t HeaderFields::count(std::string_view name) const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(fields_, [&](auto& field) { return base::iequals(field.name, name); }));
}

HeaderField Headers::Iterator::operator*() const noexcept {
    auto colon = rest_.find(':');
    auto end = rest_.find("\r\n", colon);
    return {rest_.substr(0, colon), rest_.substr(colon + 2, end - colon - 2)};
}

Headers::Iterator& Headers::Iterator::operator++() noexcept {
    rest_.remove_prefix(rest_.find("\r\n") + 2);
    return *this;
}

Headers& Headers::append(std::string_view name, std::string_view value) {
    if (!is_token(name)) throw std::invalid_argument("a header's name cannot be \"" + std::string(name) + "\"");
    if (!is_field_value(value)) {
        throw std::invalid_argument("the header " + std::string(name) + " has a control character in its value");
    }
    wire_.append(name).append(": ").append(value).append("\r\n");
    return *this;
}

Headers& Headers::set(std::string_view name, std::string_view value) {
    remove(name);
    return append(name, value);
}

void Headers::remove(std::string_view name) {
    for (std::size_t begin = 0; begin < wire_.size();) {
        auto end = wire_.find("\r\n", begin) + 2;
        if (base::iequals(std::string_view(wire_).substr(begin, wire_.find(':', begin) - begin), name)) {
            wire_.erase(begin, end - begin);
        } else {
            begin = end;
        }
    }
}

std::optional<std::string_view> Headers::get(std::string_view name) const noexcept {
    for (HeaderField field : *this) {
        if (base::iequals(field.name, name)) return field.value;
    }
    return std::nullopt;
}

void Request::set_target(std::string_view text) noexcept {
    target = text;
    std::string_view rest = text.substr(0, text.find('#'));
    if (!rest.starts_with('/')) {
        if (auto scheme = rest.find("://"); scheme != rest.npos) {
            auto authority_end = rest.find_first_of("/?", scheme + 3);
            rest = authority_end == rest.npos ? std::string_view() : rest.substr(authority_end);
        }
    }
    auto question = rest.find('?');
    path = rest.substr(0, question);
    query = question == rest.npos ? std::string_view() : rest.substr(question + 1);
    if (path.empty()) path = "/";
}

std::string error_body(std::string_view detail) {
    std::string body = R"({"detail":)";
    base::append_json_string(body, detail);
    body += '}';
    return body;
}

Response Response::error(int status, std::string_view detail) { return json(status, error_body(detail)); }

Response HttpError::response() const {
    Response response = Response::error(status, detail);
    response.headers = headers;
    return response;
}

}  // namespace chassis::http
