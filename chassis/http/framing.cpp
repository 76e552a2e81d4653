#include "chassis/http/framing.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <limits>

#include "chassis/base/text.hpp"

namespace chassis::http {
namespace {

namespace beast = boost::beast::http;
using beast::field;

constexpr Refusal bad_line{400, "A line of the head is malformed"};
constexpr Refusal bad_length{400, "The Content-Length is malformed"};
constexpr Refusal bad_coding{400, "The Transfer-Encoding is malformed"};

std::string_view view(boost::beast::string_view text) noexcept { return {text.data(), text.size()}; }

// Beast joins folded lines and this project refuses them; the other checks do not rely on the parser either. Written
// without branches, so that the compiler makes vector code of it. `head` ends with an empty line.
bool lines_are_plain(std::string_view head) noexcept {
    const char* c = head.data();
    unsigned bad = 0;
    for (std::size_t i = 1; i + 1 < head.size(); ++i) {
        bad |= static_cast<unsigned>(c[i] == '\0') |
               (static_cast<unsigned>(c[i] == '\r') & static_cast<unsigned>(c[i + 1] != '\n')) |
               (static_cast<unsigned>(c[i] == '\n') &
                (static_cast<unsigned>(c[i - 1] != '\r') | static_cast<unsigned>(c[i + 1] == ' ') |
                 static_cast<unsigned>(c[i + 1] == '\t')));
    }
    return bad == 0 && c[0] != '\0' && c[0] != '\r' && c[0] != '\n';
}

std::string_view trimmed(std::string_view text) noexcept {
    auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Calls f(element) for each element of a comma-separated list until one gives false.
template <class F>
bool each_element(std::string_view list, F f) {
    for (std::size_t begin = 0; begin <= list.size();) {
        auto comma = std::min(list.find(',', begin), list.size());
        if (!f(trimmed(list.substr(begin, comma - begin)))) return false;
        begin = comma + 1;
    }
    return true;
}

// "Transfer_Encoding" or "content--length": one server's framing, another's custom field.
bool resembles_framing(std::string_view name) noexcept {
    if (name.size() < 13 || name.size() > 32) return false;
    std::array<char, 16> letters{};
    std::size_t count = 0;
    for (char c : name) {
        char letter = static_cast<char>(c | 0x20);
        if (letter < 'a' || letter > 'z' || c == '_') continue;
        if (count == letters.size()) return false;
        letters[count++] = letter;
    }
    std::string_view squeezed(letters.data(), count);
    return squeezed == "transferencoding" || squeezed == "contentlength";
}

// What the fields say about framing, collected while Beast reports them.
class FramingRules {
  public:
    std::optional<Refusal> add(field known, std::string_view name, std::string_view value) {
        switch (known) {
            case field::content_length:
                return add_length(value);
            case field::transfer_encoding:
                return add_coding(value);
            case field::host:
                if (++hosts > 1 || value.find_first_of(" \t,/@\\") != value.npos) {
                    return Refusal{400, "The Host is malformed"};
                }
                return std::nullopt;
            case field::connection:
                close = close || has_token(value, "close");
                keep = keep || has_token(value, "keep-alive");
                return std::nullopt;
            case field::unknown:
                if (resembles_framing(name))
                    return Refusal{400, "A field resembles Transfer-Encoding or Content-Length"};
                return std::nullopt;
            default:
                return std::nullopt;
        }
    }

    // After the last field.
    std::optional<Refusal> check(int version) const {
        if (!coded) return std::nullopt;
        if (length) return Refusal{400, "Transfer-Encoding and Content-Length together"};
        if (version < 11) return Refusal{400, "Transfer-Encoding needs HTTP/1.1"};
        if (!chunked_last && !empty_last) return bad_coding;
        if (others) return Refusal{501, "No transfer coding but chunked is supported"};
        return std::nullopt;
    }

    int hosts = 0;
    bool close = false;
    bool keep = false;
    std::optional<std::uint64_t> length;
    bool chunked() const noexcept { return coded && chunked_last && !others; }

  private:
    std::optional<Refusal> add_length(std::string_view value) {
        std::uint64_t number = 0;
        auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        bool digits_only = !value.empty() && value.front() >= '0' && value.front() <= '9';
        if (length || !digits_only || error != std::errc() || end != value.data() + value.size()) return bad_length;
        length = number;
        return std::nullopt;
    }

    // Registered codings make a plain message that is not supported; anything else is malformed.
    std::optional<Refusal> add_coding(std::string_view value) {
        coded = true;
        bool plain = each_element(value, [&](std::string_view element) {
            auto semicolon = element.find(';');
            auto coding = trimmed(element.substr(0, semicolon));
            if (coding.empty()) {
                others = empty_last = true;
                return true;
            }
            if (chunks > 0) return false;
            empty_last = false;
            chunked_last = base::iequals(coding, "chunked");
            chunks += chunked_last;
            bool registered = std::ranges::any_of(
                std::array<std::string_view, 6>{"gzip", "x-gzip", "deflate", "compress", "x-compress", "identity"},
                [&](auto known) { return base::iequals(coding, known); });
            others = others || registered || semicolon != element.npos;
            return chunked_last || registered;
        });
        return plain ? std::nullopt : std::optional(bad_coding);
    }

    bool coded = false;
    bool chunked_last = false;
    bool empty_last = false;
    bool others = false;
    int chunks = 0;
};

// Takes what Beast's parser reports of a head; the body is not its business.
template <bool is_request>
class HeadParser : public beast::basic_parser<is_request> {
  public:
    HeadParser(HeaderFields& fields, std::size_t max_headers) : fields_(fields), max_headers_(max_headers) {
        this->header_limit(std::numeric_limits<std::uint32_t>::max());
        this->body_limit(boost::none);
        this->skip(true);
    }

    std::optional<Refusal> parse(std::string_view head) {
        boost::beast::error_code error;
        this->put(boost::asio::const_buffer(head.data(), head.size()), error);
        if (refusal) return refusal;
        if (error == beast::error::bad_version) return Refusal{505, "HTTP/1.1 is spoken here"};
        if (error == beast::error::bad_method) return Refusal{400, "The method is malformed"};
        if (error == beast::error::bad_target) return Refusal{400, "The target is malformed"};
        if (error == beast::error::bad_content_length || error == beast::error::multiple_content_length)
            return bad_length;
        if (error == beast::error::bad_transfer_encoding) return bad_coding;
        if (error || !this->is_header_done()) return bad_line;
        return refusal = rules.check(version);
    }

    int version = 0;
    int status = 0;
    std::string_view method;
    std::string_view target;
    FramingRules rules;
    std::optional<Refusal> refusal;

  private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(beast::verb, string_view method_text, string_view target_text, int its_version,
                         error_code&) override {
        method = view(method_text);
        target = view(target_text);
        version = its_version;
    }
    void on_response_impl(int code, string_view, int its_version, error_code&) override {
        status = code;
        version = its_version;
    }
    void on_field_impl(field known, string_view name, string_view value, error_code& error) override {
        if (fields_.size() == max_headers_) refusal = Refusal{431, "Too many fields in the head"};
        if (!refusal) refusal = rules.add(known, view(name), view(value));
        if (refusal) {
            error = beast::error::bad_field;
            return;
        }
        fields_.append(view(name), view(value));
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    HeaderFields& fields_;
    std::size_t max_headers_;
};

// Of the four forms of RFC 9112, section 3.2, those that an origin server is sent.
bool target_is_sane(Method method, std::string_view target) noexcept {
    return target.starts_with('/') || target.starts_with("http://") || target.starts_with("https://") ||
           (target == "*" && method == Method::options);
}

}  // namespace

bool has_token(std::string_view list, std::string_view token) noexcept {
    return !each_element(list, [&](std::string_view element) { return !base::iequals(element, token); });
}

std::size_t head_length(std::string_view text, std::size_t seen) noexcept {
    auto end = text.find("\r\n\r\n", seen < 3 ? 0 : seen - 3);
    return end == text.npos ? 0 : end + 4;
}

std::optional<Refusal> parse_request_head(std::string_view head, std::size_t max_headers, Request& request,
                                          Framing& framing) {
    request.headers.clear();
    if (!lines_are_plain(head)) return bad_line;
    HeadParser<true> parser(request.headers, max_headers);
    if (auto refusal = parser.parse(head)) return refusal;
    auto method = parse_method(parser.method);
    if (!method) return Refusal{400, "The method is unknown"};
    if (!target_is_sane(*method, parser.target)) return Refusal{400, "The target is malformed"};
    if (parser.version >= 11 && parser.rules.hosts != 1) return Refusal{400, "Exactly one Host is needed"};

    request.method = *method;
    request.set_target(parser.target);
    framing.chunked = parser.rules.chunked();
    framing.content_length = parser.rules.length;
    framing.old_version = parser.version < 11;
    framing.keep_alive = !parser.rules.close && (!framing.old_version || parser.rules.keep);
    if (framing.has_body() && (*method == Method::get || *method == Method::head)) {
        return Refusal{400, "A GET or HEAD has no body"};
    }
    auto expect = request.headers.get("Expect");
    framing.expects_continue = expect && !framing.old_version;
    if (expect && !base::iequals(*expect, "100-continue")) return Refusal{417, "Only 100-continue can be expected"};
    return std::nullopt;
}

std::optional<Refusal> parse_response_head(std::string_view head, ResponseHead& response, Framing& framing) {
    response.headers.clear();
    if (!lines_are_plain(head)) return bad_line;
    HeadParser<false> parser(response.headers, std::numeric_limits<std::size_t>::max());
    if (auto refusal = parser.parse(head)) return refusal;
    response.status = parser.status;
    framing.chunked = parser.rules.chunked();
    framing.content_length = parser.rules.length;
    framing.old_version = parser.version < 11;
    framing.keep_alive = !parser.rules.close && (!framing.old_version || parser.rules.keep);
    return std::nullopt;
}

}  // namespace chassis::http
