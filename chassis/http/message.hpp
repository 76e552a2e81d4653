// What goes over the wire, for server and client alike: methods, headers, requests, replies and errors.
//
//     Task<Response> handle(Request& request) {
//         if (request.method != Method::get) throw HttpError{405, "Method Not Allowed"};
//         std::string body = request.take_buffer();
//         body += R"({"id": 1})";
//         co_return Response::json(std::move(body));
//     }
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/async/task.hpp"

namespace chassis::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };

// "GET", "DELETE", ...
std::string_view to_string(Method method) noexcept;
// Case-sensitive, as RFC 9110 says.
std::optional<Method> parse_method(std::string_view text) noexcept;
// Safe to send twice: RFC 9110, section 9.2.2.
bool is_idempotent(Method method) noexcept;

// "Not Found"; "Unknown" for a status without a registered name.
std::string_view reason_phrase(int status) noexcept;

struct HeaderField {
    std::string_view name;
    std::string_view value;
};

// The fields of a received head: views into the connection's buffer, valid until the reply is written.
class HeaderFields {
  public:
    void append(std::string_view name, std::string_view value) { fields_.push_back({name, value}); }
    void clear() noexcept { fields_.clear(); }
    // The first field of that name, whatever its case.
    std::optional<std::string_view> get(std::string_view name) const noexcept;
    std::size_t count(std::string_view name) const noexcept;
    std::size_t size() const noexcept { return fields_.size(); }
    auto begin() const noexcept { return fields_.begin(); }
    auto end() const noexcept { return fields_.end(); }

  private:
    std::vector<HeaderField> fields_;
};

// Fields that own their text. They are kept as they stand on the wire, so that writing them is one copy.
class Headers {
  public:
    Headers() = default;
    Headers(std::initializer_list<HeaderField> fields) {
        for (auto& field : fields) append(field.name, field.value);
    }

    // Throws std::invalid_argument when the name is not a token or the value has a control character other than tab, so
    // that no value can smuggle in a second field.
    Headers& append(std::string_view name, std::string_view value);
    // Replaces every field of that name.
    Headers& set(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    void clear() noexcept { wire_.clear(); }
    std::optional<std::string_view> get(std::string_view name) const noexcept;
    bool empty() const noexcept { return wire_.empty(); }
    // "Name: value\r\n" for each field.
    const std::string& wire() const noexcept { return wire_; }

    class Iterator {
      public:
        using value_type = HeaderField;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        explicit Iterator(std::string_view rest) noexcept : rest_(rest) {}
        HeaderField operator*() const noexcept;
        Iterator& operator++() noexcept;
        Iterator operator++(int) noexcept {
            Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator& other) const noexcept { return rest_.size() == other.rest_.size(); }

      private:
        std::string_view rest_;
    };
    Iterator begin() const noexcept { return Iterator(wire_); }
    Iterator end() const noexcept { return Iterator(); }

  private:
    std::string wire_;
};

// Values that the layers above hang on a request, one of each type; they go with the request.
class Extensions {
  public:
    template <class T, class... Arguments>
    T& emplace(Arguments&&... arguments) {
        auto value = std::make_unique<Holder<T>>(std::forward<Arguments>(arguments)...);
        T& result = value->value;
        for (auto& slot : slots_) {
            if (slot.first == key<T>()) {
                slot.second = std::move(value);
                return result;
            }
        }
        slots_.emplace_back(key<T>(), std::move(value));
        return result;
    }

    // Null when there is none.
    template <class T>
    T* get() const noexcept {
        for (auto& slot : slots_) {
            if (slot.first == key<T>()) return &static_cast<Holder<T>&>(*slot.second).value;
        }
        return nullptr;
    }

    void clear() noexcept { slots_.clear(); }

  private:
    struct Held {
        virtual ~Held() = default;
    };
    template <class T>
    struct Holder final : Held {
        template <class... Arguments>
        explicit Holder(Arguments&&... arguments) : value(std::forward<Arguments>(arguments)...) {}
        T value;
    };
    template <class T>
    static const void* key() noexcept {
        static constexpr char place = 0;
        return &place;
    }

    std::vector<std::pair<const void*, std::unique_ptr<Held>>> slots_;
};

// A request as the server hands it to its handler. All views are valid until the reply is written, not longer.
struct Request {
    Method method = Method::get;
    // As it was sent; still percent-encoded, as are the two below.
    std::string_view target;
    std::string_view path;
    // What follows the '?', without it.
    std::string_view query;
    HeaderFields headers;
    std::string_view body;
    // "127.0.0.1:53412".
    std::string_view remote_address;
    std::chrono::steady_clock::time_point received{};
    Extensions extensions;

    // Sets target, path and query; the query ends at a '#', and an absolute target ("http://host/path") gives its path.
    void set_target(std::string_view text) noexcept;

    // An empty string with the room of an earlier reply of this connection: write the body into it.
    std::string take_buffer() noexcept {
        std::string buffer = std::move(buffer_);
        buffer.clear();
        return buffer;
    }
    void give_buffer(std::string buffer) noexcept { buffer_ = std::move(buffer); }

  private:
    std::string buffer_;
};

struct Response {
    int status = 200;
    // Points to text that lives as long as the program; a Content-Type among the headers goes before it.
    std::string_view content_type = "application/json";
    Headers headers{};
    std::string body{};
    // Run after the reply has been written, with the request's trace and no deadline. What it throws is logged. It may
    // not refer to the Request.
    std::move_only_function<async::Task<>()> after{};

    static Response json(std::string body) { return json(200, std::move(body)); }
    static Response json(int status, std::string body) {
        Response response;
        response.status = status;
        response.body = std::move(body);
        return response;
    }
    static Response text(int status, std::string body) {
        Response response = json(status, std::move(body));
        response.content_type = "text/plain; charset=utf-8";
        return response;
    }
    // {"detail": "..."}
    static Response error(int status, std::string_view detail);
};

// {"detail":"Not found"}, the text escaped for JSON.
std::string error_body(std::string_view detail);

// Thrown by a handler to answer with an error. The client sees `detail`; what is only for the log is a text of its own.
//
//     throw HttpError{402, "Card declined"}.log("provider said " + answer);
class HttpError : public std::exception {
  public:
    HttpError(int status, std::string detail) : status(status), detail(std::move(detail)) {}
    HttpError&& log(std::string for_the_log) && {
        log_text = std::move(for_the_log);
        return std::move(*this);
    }
    HttpError&& header(std::string_view name, std::string_view value) && {
        headers.append(name, value);
        return std::move(*this);
    }

    // The text for the log when there is one.
    const char* what() const noexcept override { return log_text.empty() ? detail.c_str() : log_text.c_str(); }

    Response response() const;

    int status;
    std::string detail;
    Headers headers;
    std::string log_text;
};

}  // namespace chassis::http

namespace chassis {
using http::HttpError;
using http::Method;
using http::Request;
using http::Response;
}  // namespace chassis
