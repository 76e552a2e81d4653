#include "chassis/http/chunked.hpp"

#include <algorithm>

#include "chassis/base/text.hpp"

namespace chassis::http {
namespace {

bool is_plain(char c) noexcept {
    auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

}  // namespace

ChunkedDecoder::Result ChunkedDecoder::feed(std::string_view& input, std::string& body) {
    while (!input.empty()) {
        if (state_ == State::data) {
            auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
            body.append(input.substr(0, take));
            input.remove_prefix(take);
            left_ -= take;
            if (left_ == 0) state_ = State::data_cr;
            continue;
        }
        Result result = step(input.front());
        if (result == Result::malformed) return result;
        input.remove_prefix(1);
        if (result == Result::complete) return result;
        if (state_ == State::data && left_ > max_body_ - body.size()) return Result::too_large;
    }
    return Result::need_more;
}

// One byte of anything but data.
ChunkedDecoder::Result ChunkedDecoder::step(char c) noexcept {
    auto next = [&](bool allowed, State state) {
        state_ = state;
        return allowed ? Result::need_more : Result::malformed;
    };
    switch (state_) {
        case State::size_first:
        case State::size:
            if (int digit = base::hex_digit(c); digit >= 0) {
                left_ = left_ * 16 + static_cast<unsigned>(digit);
                return next(++digits_ <= 15, State::size);
            }
            if (digits_ == 0) return Result::malformed;
            [[fallthrough]];
        case State::blank:
            if (c == '\r') return next(true, State::size_lf);
            if (c == ';') return next(true, State::extension);
            return next((c == ' ' || c == '\t') && ++extra_ <= max_extra, State::blank);
        case State::extension:
            if (c == '\r') return next(true, State::size_lf);
            return next(is_plain(c) && ++extra_ <= max_extra, State::extension);
        case State::size_lf:
            digits_ = 0;
            return next(c == '\n', left_ > 0 ? State::data : State::trailer_start);
        case State::data_cr:
            return next(c == '\r', State::data_lf);
        case State::data_lf:
            return next(c == '\n', State::size_first);
        case State::trailer_start:
            if (c == '\r') return next(true, State::end_lf);
            return next(is_plain(c) && c != ' ' && c != '\t' && ++extra_ <= max_extra, State::trailer);
        case State::trailer:
            if (c == '\r') return next(true, State::trailer_lf);
            return next(is_plain(c) && ++extra_ <= max_extra, State::trailer);
        case State::trailer_lf:
            return next(c == '\n', State::trailer_start);
        case State::end_lf:
            return c == '\n' ? Result::complete : Result::malformed;
        case State::data:
            break;
    }
    return Result::malformed;
}

}  // namespace chassis::http
