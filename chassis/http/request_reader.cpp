#include "chassis/http/request_reader.hpp"

#include <algorithm>
#include <cstring>

namespace chassis::http {
namespace {

constexpr std::size_t first_capacity = 4096;
constexpr std::size_t chunks_capacity = 16 * 1024;
// A body string larger than this is not kept for the next request.
constexpr std::size_t kept_body = 256 * 1024;

}  // namespace

void RequestReader::grow(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (begin_ != end_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
    end_ -= begin_;
    begin_ = 0;
}

std::span<char> RequestReader::room() {
    switch (stage_) {
        case Stage::body_apart: {
            // Grown as the bytes come: a length that is only announced takes no memory.
            std::size_t target =
                std::min<std::size_t>(*framing_.content_length, std::max(chunks_capacity, 2 * body_filled_));
            if (body_filled_ == body_.size()) {
                body_.resize_and_overwrite(target, [target](char*, std::size_t) { return target; });
            }
            return {body_.data() + body_filled_, body_.size() - body_filled_};
        }
        case Stage::chunks:
            if (!chunks_) chunks_ = std::make_unique_for_overwrite<char[]>(chunks_capacity);
            return {chunks_.get(), chunks_capacity};
        case Stage::head:
            if (begin_ == end_) {
                begin_ = end_ = 0;
                if (capacity_ == 0) grow(first_capacity);
            } else if (end_ == capacity_ && begin_ > 0) {
                std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
                end_ -= begin_;
                begin_ = 0;
            } else if (end_ == capacity_) {
                grow(2 * capacity_);
            }
            break;
        case Stage::body_in_buffer:
        case Stage::done:
            break;
    }
    return {buffer_.get() + end_, capacity_ - end_};
}

void RequestReader::received(std::size_t bytes) {
    switch (stage_) {
        case Stage::body_apart:
            body_filled_ += bytes;
            break;
        case Stage::chunks:
            chunks_begin_ = 0;
            chunks_end_ = bytes;
            break;
        default:
            end_ += bytes;
    }
}

RequestReader::Progress RequestReader::next(Request& request) {
    switch (stage_) {
        case Stage::head:
            return read_head(request);
        case Stage::body_in_buffer:
            if (end_ - begin_ < *framing_.content_length) return Progress::need_body;
            request.body = {buffer_.get() + begin_, static_cast<std::size_t>(*framing_.content_length)};
            begin_ += request.body.size();
            stage_ = Stage::done;
            return Progress::ready;
        case Stage::body_apart:
            if (body_filled_ < *framing_.content_length) return Progress::need_body;
            request.body = body_;
            stage_ = Stage::done;
            return Progress::ready;
        case Stage::chunks:
            return feed_chunks(request);
        case Stage::done:
            break;
    }
    return Progress::ready;
}

RequestReader::Progress RequestReader::read_head(Request& request) {
    // RFC 9112, section 2.2: empty lines before a request are passed over.
    while (end_ - begin_ >= 2 && buffer_[begin_] == '\r' && buffer_[begin_ + 1] == '\n') {
        begin_ += 2;
        seen_ = 0;
    }
    std::string_view text(buffer_.get() + begin_, end_ - begin_);
    std::size_t length = head_length(text, seen_);
    seen_ = text.size();
    if ((length > 0 ? length : text.size()) > limits_.head_bytes) return refuse({431, "The head is too large"});
    if (length == 0) return Progress::need_head;

    seen_ = 0;
    if (auto refusal = parse_request_head(text.substr(0, length), limits_.headers, request, framing_)) {
        return refuse(*refusal);
    }
    begin_ += length;
    request.body = {};
    if (framing_.has_body()) return begin_body(request);
    stage_ = Stage::done;
    return Progress::ready;
}

RequestReader::Progress RequestReader::begin_body(Request& request) {
    constexpr Refusal too_large{413, "The body is too large"};
    if (framing_.chunked) {
        body_.clear();
        decoder_.emplace(limits_.body_bytes);
        stage_ = Stage::chunks;
        return feed_chunks(request);
    }
    if (*framing_.content_length > limits_.body_bytes) return refuse(too_large);
    if (*framing_.content_length <= capacity_ - begin_) {
        stage_ = Stage::body_in_buffer;
        return next(request);
    }
    stage_ = Stage::body_apart;
    body_.assign(buffer_.get() + begin_, end_ - begin_);
    body_filled_ = body_.size();
    begin_ = end_;
    return Progress::need_body;
}

RequestReader::Progress RequestReader::feed_chunks(Request& request) {
    bool in_buffer = begin_ != end_;
    std::string_view input = in_buffer ? std::string_view(buffer_.get() + begin_, end_ - begin_)
                                       : std::string_view(chunks_.get() + chunks_begin_, chunks_end_ - chunks_begin_);
    auto result = decoder_->feed(input, body_);
    (in_buffer ? begin_ : chunks_begin_) = (in_buffer ? end_ : chunks_end_) - input.size();
    switch (result) {
        case ChunkedDecoder::Result::need_more:
            return Progress::need_body;
        case ChunkedDecoder::Result::malformed:
            return refuse({400, "A chunk of the body is malformed"});
        case ChunkedDecoder::Result::too_large:
            return refuse({413, "The body is too large"});
        case ChunkedDecoder::Result::complete:
            break;
    }
    request.body = body_;
    stage_ = Stage::done;
    return Progress::ready;
}

void RequestReader::finish() {
    stage_ = Stage::head;
    if (body_.capacity() > kept_body) std::string().swap(body_);
    body_.clear();
    body_filled_ = 0;
    if (std::size_t rest = chunks_end_ - chunks_begin_; rest > 0) {
        // What followed the last chunk is the beginning of the next head; the buffer was used up before.
        begin_ = end_ = 0;
        if (capacity_ < rest) grow(rest);
        std::memcpy(buffer_.get(), chunks_.get() + chunks_begin_, rest);
        end_ = rest;
    }
    chunks_begin_ = chunks_end_ = 0;
    if (begin_ == end_) begin_ = end_ = 0;
}

}  // namespace chassis::http
