#include "chassis/base/uuid.hpp"

#include <algorithm>
#include <chrono>
#include <span>

#include "chassis/base/random.hpp"
#include "chassis/base/text.hpp"

namespace chassis::base {
namespace {

// 48 bits of milliseconds and 12 bits of a millisecond's fraction (RFC 9562, 6.2, method 3), never the same twice on a
// thread.
std::uint64_t next_stamp() noexcept {
    using namespace std::chrono;
    thread_local std::uint64_t last = 0;
    const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch());
    const auto whole = duration_cast<milliseconds>(now);
    const auto fraction = static_cast<std::uint64_t>((now - whole).count()) * 4096 / 1'000'000;
    const std::uint64_t stamp = static_cast<std::uint64_t>(whole.count()) << 12 | fraction;
    last = std::max(stamp, last + 1);
    return last;
}

}  // namespace

Uuid Uuid::random() noexcept {
    const std::uint64_t stamp = next_stamp();
    Uuid id;
    fill_random(std::span(id.bytes).subspan(8));
    for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(stamp >> (52 - 8 * i));
    id.bytes[6] = static_cast<std::uint8_t>(0x70 | (stamp >> 8 & 0x0f));
    id.bytes[7] = static_cast<std::uint8_t>(stamp);
    id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
    if (text.size() != 36) return std::nullopt;
    Uuid id;
    std::size_t byte = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (at == 8 || at == 13 || at == 18 || at == 23) {
            if (text[at++] != '-') return std::nullopt;
            continue;
        }
        const int high = hex_digit(text[at]);
        const int low = hex_digit(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        id.bytes[byte++] = static_cast<std::uint8_t>(high << 4 | low);
        at += 2;
    }
    return id;
}

void Uuid::append_to(std::string& out) const {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        append_hex(out, std::span(&bytes[i], 1));
    }
}

std::string to_string(const Uuid& id) {
    std::string text;
    text.reserve(36);
    id.append_to(text);
    return text;
}

}  // namespace chassis::base
