#include "chassis/base/trace_context.hpp"

#include <algorithm>
#include <span>

#include "chassis/base/random.hpp"
#include "chassis/base/text.hpp"

namespace chassis::base {
namespace {

bool all_zero(std::span<const std::uint8_t> bytes) noexcept {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

void fill(std::span<std::uint8_t> bytes) noexcept {
    do {
        fill_random(bytes);
    } while (all_zero(bytes));
}

char* write_hex(char* out, std::span<const std::uint8_t> bytes) noexcept {
    constexpr char digits[] = "0123456789abcdef";
    for (std::uint8_t byte : bytes) {
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
    }
    return out;
}

// The standard allows lowercase only.
int lowercase_hex_digit(char c) noexcept { return c >= 'A' && c <= 'F' ? -1 : hex_digit(c); }

bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) noexcept {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        int high = lowercase_hex_digit(text[2 * i]);
        int low = lowercase_hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

}  // namespace

bool TraceContext::valid() const noexcept { return !all_zero(trace_id) && !all_zero(span_id); }

TraceContext TraceContext::child() const noexcept {
    TraceContext context = *this;
    fill(context.span_id);
    return context;
}

TraceContext TraceContext::generate(bool sampled) noexcept {
    TraceContext context{.sampled = sampled};
    fill(context.trace_id);
    fill(context.span_id);
    return context;
}

std::string TraceContext::traceparent() const {
    std::string text(55, '-');
    std::copy_n("00", 2, text.data());
    write_hex(text.data() + 3, trace_id);
    write_hex(text.data() + 36, span_id);
    std::copy_n(sampled ? "01" : "00", 2, text.data() + 53);
    return text;
}

std::optional<TraceContext> TraceContext::parse(std::string_view text) noexcept {
    if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
    TraceContext context;
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    if (!read_hex(text, version) || version[0] == 0xff) return std::nullopt;
    if (version[0] == 0 ? text.size() != 55 : text.size() > 55 && text[55] != '-') return std::nullopt;
    if (!read_hex(text.substr(3), context.trace_id) || !read_hex(text.substr(36), context.span_id)) return std::nullopt;
    if (!read_hex(text.substr(53), flags) || !context.valid()) return std::nullopt;
    context.sampled = flags[0] & 1;
    return context;
}

std::string TraceContext::trace_id_hex() const { return to_hex(trace_id); }
std::string TraceContext::span_id_hex() const { return to_hex(span_id); }

}  // namespace chassis::base
