// A currency of ISO 4217 and how many decimal places its minor unit has: EUR 2, JPY 0, BHD 3.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>

namespace chassis::base {

/// What goes wrong with money: an unknown currency, two currencies in one sum, an overflow, a split into nothing.
struct MoneyError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Currency {
  public:
    /// XXX, ISO's code for no currency.
    constexpr Currency() = default;
    /// Throws MoneyError when there is no such currency; the three letters are capitals.
    Currency(std::string_view code);
    Currency(const char* code) : Currency(std::string_view(code)) {}

    [[nodiscard]] static std::optional<Currency> find(std::string_view code) noexcept;
    /// All codes, in alphabetical order.
    [[nodiscard]] static std::span<const Currency> all() noexcept;

    [[nodiscard]] constexpr std::string_view code() const { return {code_.data(), code_.size()}; }
    /// Decimal places of the minor unit, 0 to 4.
    [[nodiscard]] constexpr int exponent() const { return exponent_; }

    friend auto operator<=>(const Currency&, const Currency&) = default;

  private:
    friend struct CurrencyTable;
    std::array<char, 3> code_{'X', 'X', 'X'};
    std::uint8_t exponent_ = 0;
};

}  // namespace chassis::base

namespace chassis {
using base::Currency;
}
