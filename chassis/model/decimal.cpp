#include "chassis/model/decimal.hpp"

#include <algorithm>
#include <charconv>

#include "chassis/model/errors.hpp"

namespace chassis::model {
namespace {

constexpr std::size_t most_digits = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
    return end - std::min(at, end);
}

// A number's pieces: its sign, the digits before and behind the point, the exponent.
struct Pieces {
    bool negative = false;
    std::string_view whole;
    std::string_view places;
    long exponent = 0;
};

std::optional<Pieces> take_apart(std::string_view text) {
    Pieces pieces;
    if (text.starts_with('-')) {
        pieces.negative = true;
        text.remove_prefix(1);
    }
    pieces.whole = text.substr(0, digits_at(text, 0));
    if (pieces.whole.empty() || (pieces.whole.size() > 1 && pieces.whole.front() == '0')) return std::nullopt;
    text.remove_prefix(pieces.whole.size());
    if (text.starts_with('.')) {
        pieces.places = text.substr(1, digits_at(text, 1));
        if (pieces.places.empty()) return std::nullopt;
        text.remove_prefix(1 + pieces.places.size());
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+')) text.remove_prefix(1);
        if (text.starts_with("-") ? text.size() < 2 || !is_digit(text[1]) : text.empty() || !is_digit(text[0])) {
            return std::nullopt;
        }
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pieces.exponent);
        if (error != std::errc{}) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
    if (!text.empty()) return std::nullopt;
    return pieces;
}

std::strong_ordering compare_magnitudes(const Pieces& a, const Pieces& b) {
    // No leading zeros: the longer one is more.
    if (a.whole.size() != b.whole.size()) return a.whole.size() <=> b.whole.size();
    if (a.whole != b.whole) return a.whole <=> b.whole;
    const auto place = [](std::string_view places, std::size_t i) { return i < places.size() ? places[i] : '0'; };
    for (std::size_t i = 0; i < std::max(a.places.size(), b.places.size()); ++i) {
        if (place(a.places, i) != place(b.places, i)) return place(a.places, i) <=> place(b.places, i);
    }
    return std::strong_ordering::equal;
}

bool is_zero(const Pieces& pieces) {
    return pieces.whole == "0" && pieces.places.find_first_not_of('0') == pieces.places.npos;
}

}  // namespace

Decimal::Decimal(std::string text) : text_(std::move(text)) {
    const auto pieces = take_apart(text_);
    if (!pieces || text_.find_first_of("eE") != text_.npos) {
        throw ModelError("\"" + text_ + "\" is no decimal number (such as -12.99)");
    }
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const auto pieces = take_apart(text);
    if (!pieces || pieces->whole.size() + pieces->places.size() > most_digits) return std::nullopt;
    Decimal result;
    if (text.find_first_of("eE") == text.npos) {
        result.text_ = text;
        return result;
    }
    constexpr long limit = most_digits;
    if (pieces->exponent > limit || pieces->exponent < -limit) return std::nullopt;
    std::string digits = std::string(pieces->whole) + std::string(pieces->places);
    long point = static_cast<long>(pieces->whole.size()) + pieces->exponent;
    if (point < 1) {
        digits.insert(0, static_cast<std::size_t>(1 - point), '0');
        point = 1;
    }
    if (point > static_cast<long>(digits.size())) digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
    if (digits.size() > most_digits) return std::nullopt;
    std::string whole = digits.substr(0, static_cast<std::size_t>(point));
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    const std::string places = digits.substr(static_cast<std::size_t>(point));
    result.text_ = (pieces->negative ? "-" : "") + whole + (places.empty() ? "" : "." + places);
    return result;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
    const Pieces left = *take_apart(a.text_);
    const Pieces right = *take_apart(b.text_);
    const bool left_negative = left.negative && !is_zero(left);
    const bool right_negative = right.negative && !is_zero(right);
    if (left_negative != right_negative) {
        return left_negative ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return left_negative ? compare_magnitudes(right, left) : compare_magnitudes(left, right);
}

}  // namespace chassis::model
