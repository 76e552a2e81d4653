// An exact amount of a currency: whole minor units (cents), never a float.
//
//     Money price(1299, "EUR");                             // 12.99 EUR
//     Money total = price * 3 + Money(450, "EUR");
//     std::vector<Money> shares = total.split(2);           // sums back to total exactly
//     total.to_decimal();                                   // "43.47"
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/base/currency.hpp"

namespace chassis::base {

/// Arithmetic throws MoneyError when the result does not fit or two currencies meet.
class Money {
  public:
    /// 0 XXX: no amount of no currency.
    constexpr Money() = default;
    /// `amount` in the minor unit: Money(1299, "EUR") is 12.99 EUR, Money(1299, "JPY") is 1299 JPY.
    constexpr Money(std::int64_t amount, Currency currency) : amount_(amount), currency_(currency) {}
    Money(std::int64_t amount, std::string_view currency) : Money(amount, Currency(currency)) {}
    Money(std::int64_t amount, const char* currency) : Money(amount, Currency(currency)) {}

    /// From decimal text in the major unit ("12.99", "-0.5", "3"). Nothing when it is no such number, has more places
    /// than the currency, or does not fit.
    [[nodiscard]] static std::optional<Money> from_decimal(std::string_view text, Currency currency) noexcept;
    /// In the major unit with all of the currency's places: "12.90", "-0.05"; "1299" for JPY.
    [[nodiscard]] std::string to_decimal() const;

    /// In the minor unit.
    [[nodiscard]] constexpr std::int64_t amount() const { return amount_; }
    [[nodiscard]] constexpr Currency currency() const { return currency_; }

    Money& operator+=(const Money& other);
    Money& operator-=(const Money& other);
    Money& operator*=(std::int64_t times);
    friend Money operator+(Money a, const Money& b) { return a += b; }
    friend Money operator-(Money a, const Money& b) { return a -= b; }
    friend Money operator*(Money a, std::int64_t times) { return a *= times; }
    friend Money operator*(std::int64_t times, Money a) { return a *= times; }
    Money operator-() const;

    /// `parts` amounts that differ by one minor unit at most, the larger ones first. Throws MoneyError for no parts.
    [[nodiscard]] std::vector<Money> split(std::size_t parts) const;
    /// In proportion to the weights, each part within one minor unit of its exact share; what is left goes to the parts
    /// that were cut most (largest remainder). Throws MoneyError when a weight is negative or all are 0.
    [[nodiscard]] std::vector<Money> split(std::span<const std::int64_t> weights) const;

    /// Of two currencies nothing is equal, and asking which is more throws MoneyError.
    friend bool operator==(const Money&, const Money&) = default;
    friend std::strong_ordering operator<=>(const Money& a, const Money& b) {
        a.require_same_currency(b);
        return a.amount_ <=> b.amount_;
    }

  private:
    void require_same_currency(const Money& other) const;

    std::int64_t amount_ = 0;
    Currency currency_{};
};

/// "12.99 EUR", for messages and logs.
[[nodiscard]] std::string to_string(const Money& money);

}  // namespace chassis::base

namespace chassis {
using base::Money;
using base::MoneyError;
}  // namespace chassis
