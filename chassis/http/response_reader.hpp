// Turns received bytes into a reply, whatever the pieces in which they arrive. It does not wait and knows no socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "chassis/http/chunked.hpp"
#include "chassis/http/client.hpp"
#include "chassis/http/framing.hpp"

namespace chassis::http {

class ResponseReader {
  public:
    enum class Progress : std::uint8_t { need_more, ready, malformed, too_large };

    ResponseReader(std::size_t max_head, std::size_t max_body) noexcept : max_head_(max_head), max_body_(max_body) {}

    // Before each reply: to a HEAD it has no body, whatever its head says.
    void begin(Method method);
    std::span<char> room();
    void received(std::size_t bytes);
    // Goes on; when ready, take() gives the reply.
    Progress next();
    // The other side has closed. Ready when that is how this body ends.
    Progress closed();
    ClientResponse take() { return std::move(response_); }

    // Any byte of this reply has come.
    bool got_some() const noexcept { return got_some_; }
    // The connection can be used again: both sides know where the reply ended, and nothing came behind it.
    bool reusable() const noexcept {
        return stage_ == Stage::done && framing_.keep_alive && begin_ == end_ && !closed_ends_body_;
    }
    // Why it was malformed.
    std::string_view detail() const noexcept { return detail_; }

  private:
    enum class Stage : std::uint8_t { head, counted, chunks, until_closed, done };

    Progress read_head();
    Progress begin_body();
    Progress read_body();
    Progress malformed(std::string_view why) noexcept {
        detail_ = why;
        return Progress::malformed;
    }

    std::size_t max_head_;
    std::size_t max_body_;
    bool to_head_ = false;
    bool got_some_ = false;
    bool closed_ends_body_ = false;
    std::string_view detail_;
    Stage stage_ = Stage::head;
    Framing framing_;
    ResponseHead head_;
    ClientResponse response_;
    std::size_t filled_ = 0;
    std::optional<ChunkedDecoder> decoder_;

    // Received and not yet used: buffer_[begin_, end_).
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t seen_ = 0;
};

}  // namespace chassis::http
