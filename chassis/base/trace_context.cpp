#include "chassis/base/trace_context.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace chassis::base {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014), seeded once for each thread: ids have to differ, not to be secret.
std::uint64_t next_random() noexcept {
    thread_local std::uint64_t state = [] {
        std::uint64_t seed = 0;
        while (getrandom(&seed, sizeof seed, 0) != static_cast<ssize_t>(sizeof seed)) {
        }
        return seed;
    }();
    std::uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

bool all_zero(std::span<const std::uint8_t> bytes) noexcept {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

void fill(std::span<std::uint8_t> bytes) noexcept {
    do {
        for (std::size_t i = 0; i < bytes.size(); i += 8) {
            std::uint64_t random = next_random();
            std::memcpy(bytes.data() + i, &random, 8);
        }
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
int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) noexcept {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

std::string hex(std::span<const std::uint8_t> bytes) {
    std::string text(2 * bytes.size(), '\0');
    write_hex(text.data(), bytes);
    return text;
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

std::string TraceContext::trace_id_hex() const { return hex(trace_id); }
std::string TraceContext::span_id_hex() const { return hex(span_id); }

}  // namespace chassis::base
