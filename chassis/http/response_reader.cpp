#include "chassis/http/response_reader.hpp"

#include <algorithm>
#include <cstring>

namespace chassis::http {
namespace {

constexpr std::size_t first_capacity = 4096;
constexpr std::size_t piece = std::size_t{16} * 1024;

}  // namespace

void ResponseReader::begin(Method method) {
    to_head_ = method == Method::head;
    got_some_ = false;
    closed_ends_body_ = false;
    stage_ = Stage::head;
    response_ = {};
    filled_ = 0;
    begin_ = end_ = seen_ = 0;
}

std::span<char> ResponseReader::room() {
    if (stage_ == Stage::counted) {
        // Grown as the bytes come: a length that is only announced takes no memory.
        std::string& body = response_.body;
        if (filled_ == body.size()) {
            auto target = std::min<std::size_t>(*framing_.content_length, std::max(piece, 2 * filled_));
            body.resize_and_overwrite(target, [target](char*, std::size_t) { return target; });
        }
        return {body.data() + filled_, body.size() - filled_};
    }
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == capacity_) {
        std::size_t capacity = capacity_ == 0 ? first_capacity : 2 * capacity_;
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        if (begin_ != end_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
        buffer_ = std::move(larger);
        capacity_ = capacity;
        end_ -= begin_;
        begin_ = 0;
    }
    return {buffer_.get() + end_, capacity_ - end_};
}

void ResponseReader::received(std::size_t bytes) {
    got_some_ = true;
    (stage_ == Stage::counted ? filled_ : end_) += bytes;
}

ResponseReader::Progress ResponseReader::next() { return stage_ == Stage::head ? read_head() : read_body(); }

ResponseReader::Progress ResponseReader::read_head() {
    for (;;) {
        std::string_view text(buffer_.get() + begin_, end_ - begin_);
        std::size_t length = head_length(text, seen_);
        seen_ = text.size();
        if ((length > 0 ? length : text.size()) > max_head_) return Progress::too_large;
        if (length == 0) return Progress::need_more;
        seen_ = 0;
        if (auto refusal = parse_response_head(text.substr(0, length), head_, framing_))
            return malformed(refusal->detail);
        begin_ += length;
        if (head_.status == 101) return malformed("101 without having been asked for");
        if (head_.status < 100 || head_.status > 599) return malformed("the status is out of range");
        // 1xx replies go before the one that counts.
        if (head_.status >= 200) return begin_body();
    }
}

ResponseReader::Progress ResponseReader::begin_body() {
    response_.status = head_.status;
    for (HeaderField field : head_.headers) {
        try {
            response_.headers.append(field.name, field.value);
        } catch (const std::invalid_argument&) {
            return malformed("a field is malformed");
        }
    }
    if (to_head_ || head_.status == 204 || head_.status == 304) {
        stage_ = Stage::done;
    } else if (framing_.chunked) {
        decoder_.emplace(max_body_);
        stage_ = Stage::chunks;
    } else if (!framing_.content_length) {
        closed_ends_body_ = true;
        stage_ = Stage::until_closed;
    } else if (*framing_.content_length > max_body_) {
        return Progress::too_large;
    } else {
        auto here = std::min<std::size_t>(*framing_.content_length, end_ - begin_);
        response_.body.assign(buffer_.get() + begin_, here);
        filled_ = here;
        begin_ += here;
        stage_ = Stage::counted;
    }
    return read_body();
}

ResponseReader::Progress ResponseReader::read_body() {
    std::string_view input(buffer_.get() + begin_, end_ - begin_);
    switch (stage_) {
        case Stage::counted:
            if (filled_ < *framing_.content_length) return Progress::need_more;
            break;
        case Stage::chunks: {
            auto result = decoder_->feed(input, response_.body);
            begin_ = end_ - input.size();
            if (result == ChunkedDecoder::Result::need_more) return Progress::need_more;
            if (result == ChunkedDecoder::Result::too_large) return Progress::too_large;
            if (result == ChunkedDecoder::Result::malformed) return malformed("a chunk is malformed");
            break;
        }
        case Stage::until_closed:
            if (input.size() > max_body_ - response_.body.size()) return Progress::too_large;
            response_.body += input;
            begin_ = end_;
            return Progress::need_more;
        case Stage::head:
        case Stage::done:
            break;
    }
    stage_ = Stage::done;
    return Progress::ready;
}

ResponseReader::Progress ResponseReader::closed() {
    if (stage_ != Stage::until_closed) return malformed("the connection ended within the reply");
    stage_ = Stage::done;
    return Progress::ready;
}

}  // namespace chassis::http
