// The body of `Transfer-Encoding: chunked` (RFC 9112, section 7.1), fed in pieces of any size.
//
// Strict, because a lenient end of a chunk is a way to smuggle: a size has 1 to 15 hexadecimal digits, only blanks
// stand between it and its extension, lines end in CRLF, extensions and trailers are bounded, hold no control
// characters and are dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chassis::http {

class ChunkedDecoder {
  public:
    enum class Result : std::uint8_t { need_more, complete, malformed, too_large };

    // `max_body` bounds the decoded body.
    explicit ChunkedDecoder(std::size_t max_body) noexcept : max_body_(max_body) {}

    // Appends what it decodes to `body` and takes what it used off the front of `input`: all of it, unless the body is
    // complete, when the rest belongs to the next message.
    Result feed(std::string_view& input, std::string& body);

  private:
    enum class State : std::uint8_t {
        size_first,
        size,
        blank,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,
        trailer,
        trailer_lf,
        end_lf
    };
    static constexpr std::size_t max_extra = 4096;

    Result step(char c) noexcept;

    std::size_t max_body_;
    State state_ = State::size_first;
    std::uint64_t left_ = 0;
    std::size_t digits_ = 0;
    std::size_t extra_ = 0;
};

}  // namespace chassis::http
