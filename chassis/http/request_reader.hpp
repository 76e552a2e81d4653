// Turns received bytes into requests, one after the other, whatever the pieces in which they arrive. It does not wait
// and knows no socket.
//
//     auto room = reader.room();
//     reader.received(read(socket, room.data(), room.size()));
//     while (reader.next(request) == RequestReader::Progress::ready) {
//         answer(request);
//         reader.finish();
//     }
//
// Views of a request point into the buffers here. Nothing is moved while a request is under way, and the buffers are
// used again for the next one.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "chassis/http/chunked.hpp"
#include "chassis/http/framing.hpp"

namespace chassis::http {

class RequestReader {
  public:
    struct Limits {
        std::size_t head_bytes;
        std::size_t headers;
        std::size_t body_bytes;
    };
    enum class Progress : std::uint8_t { need_head, need_body, ready, refused };

    explicit RequestReader(const Limits& limits) noexcept : limits_(limits) {}

    // Where the next bytes go; never empty while next() asks for more.
    std::span<char> room();
    void received(std::size_t bytes);
    // Goes on with the request. Once it is ready, finish() has to come before the next.
    Progress next(Request& request);
    // The request is answered: its bytes go.
    void finish();

    // No byte of a next request is there yet.
    bool empty() const noexcept { return begin_ == end_; }
    const Framing& framing() const noexcept { return framing_; }
    const Refusal& refusal() const noexcept { return refusal_; }

  private:
    // In which buffer the body comes together.
    enum class Stage : std::uint8_t { head, body_in_buffer, body_apart, chunks, done };

    Progress read_head(Request& request);
    Progress begin_body(Request& request);
    Progress feed_chunks(Request& request);
    Progress refuse(Refusal refusal) noexcept {
        refusal_ = refusal;
        return Progress::refused;
    }
    void grow(std::size_t capacity);

    const Limits limits_;
    Stage stage_ = Stage::head;
    Framing framing_;
    Refusal refusal_{};

    // Received and not yet used: buffer_[begin_, end_). Of it `seen_` bytes were searched for the end of the head.
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t seen_ = 0;

    // A body too large to stand behind its head, and a decoded one.
    std::string body_;
    std::size_t body_filled_ = 0;
    // Chunks as they arrive, so that the head stays where it is.
    std::unique_ptr<char[]> chunks_;
    std::size_t chunks_begin_ = 0;
    std::size_t chunks_end_ = 0;
    std::optional<ChunkedDecoder> decoder_;
};

}  // namespace chassis::http
