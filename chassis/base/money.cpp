#include "chassis/base/money.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace chassis::base {
namespace {

// Amount times weight needs 126 bits.
__extension__ using Wide = __int128;

[[noreturn]] void overflow(const Money& money, std::string_view operation) {
    throw MoneyError(to_string(money) + ": the result of " + std::string(operation) + " does not fit 64 bits");
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Money> Money::from_decimal(std::string_view text, Currency currency) noexcept {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view places = point == text.npos ? std::string_view{} : text.substr(point + 1);
    if (whole.empty() || (point != text.npos && places.empty())) return std::nullopt;
    const auto exponent = static_cast<std::size_t>(currency.exponent());
    // Zeros that the currency has no place for change nothing.
    if (places.size() > exponent && places.find_first_not_of('0', exponent) != places.npos) return std::nullopt;

    std::int64_t amount = 0;
    const auto add_digit = [&](char c) {
        // Downwards, as the least amount has no positive counterpart.
        return is_digit(c) && !__builtin_mul_overflow(amount, 10, &amount) &&
               !__builtin_sub_overflow(amount, c - '0', &amount);
    };
    if (!std::ranges::all_of(whole, add_digit)) return std::nullopt;
    for (std::size_t i = 0; i < exponent; ++i) {
        if (!add_digit(i < places.size() ? places[i] : '0')) return std::nullopt;
    }
    if (!negative && __builtin_sub_overflow(0, amount, &amount)) return std::nullopt;
    return Money(amount, currency);
}

std::string Money::to_decimal() const {
    const auto exponent = static_cast<std::size_t>(currency_.exponent());
    const bool negative = amount_ < 0;
    const std::uint64_t magnitude =
        negative ? 0 - static_cast<std::uint64_t>(amount_) : static_cast<std::uint64_t>(amount_);
    std::string digits = std::to_string(magnitude);
    if (digits.size() <= exponent) digits.insert(0, exponent + 1 - digits.size(), '0');
    if (exponent > 0) digits.insert(digits.size() - exponent, 1, '.');
    if (negative) digits.insert(0, 1, '-');
    return digits;
}

Money& Money::operator+=(const Money& other) {
    require_same_currency(other);
    std::int64_t sum = 0;
    if (__builtin_add_overflow(amount_, other.amount_, &sum)) overflow(*this, "adding " + to_string(other));
    amount_ = sum;
    return *this;
}

Money& Money::operator-=(const Money& other) {
    require_same_currency(other);
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(amount_, other.amount_, &difference)) overflow(*this, "taking off " + to_string(other));
    amount_ = difference;
    return *this;
}

Money& Money::operator*=(std::int64_t times) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(amount_, times, &product)) overflow(*this, "multiplying by " + std::to_string(times));
    amount_ = product;
    return *this;
}

Money Money::operator-() const { return Money(0, currency_) - *this; }

std::vector<Money> Money::split(std::size_t parts) const {
    if (parts == 0) throw MoneyError(to_string(*this) + " cannot be split into no parts");
    return split(std::vector<std::int64_t>(parts, 1));
}

std::vector<Money> Money::split(std::span<const std::int64_t> weights) const {
    Wide total_weight = 0;
    for (const std::int64_t weight : weights) {
        if (weight < 0) throw MoneyError(to_string(*this) + " cannot be split by the weight " + std::to_string(weight));
        total_weight += weight;
    }
    if (total_weight == 0) throw MoneyError(to_string(*this) + " cannot be split by weights that are all 0");

    std::vector<Money> shares;
    std::vector<Wide> remainders;
    std::int64_t left = amount_;
    for (const std::int64_t weight : weights) {
        const Wide exact = static_cast<Wide>(amount_) * weight;
        const auto share = static_cast<std::int64_t>(exact / total_weight);
        shares.emplace_back(share, currency_);
        remainders.push_back(exact < 0 ? -(exact % total_weight) : exact % total_weight);
        left -= share;
    }
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
    });
    const std::int64_t unit = left < 0 ? -1 : 1;
    for (std::size_t i = 0; left != 0; ++i, left -= unit) shares[order[i]].amount_ += unit;
    return shares;
}

void Money::require_same_currency(const Money& other) const {
    if (currency_ == other.currency_) return;
    throw MoneyError(to_string(*this) + " and " + to_string(other) + " are of different currencies");
}

std::string to_string(const Money& money) { return money.to_decimal() + ' ' + std::string(money.currency().code()); }

}  // namespace chassis::base
