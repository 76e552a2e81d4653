// A JSON number kept as its decimal text, exact to the last digit: 12.99 stays 12.99 and never becomes a float.
//
//     struct Product { std::string name; Decimal price; };  // {"name": "Socks of Doom", "price": 12.99}
//     Decimal price("12.99");
//     Money::from_decimal(price.text(), "EUR");
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace chassis::model {

class Decimal {
  public:
    /// 0.
    Decimal() : text_("0") {}
    /// Throws ModelError when the text is no JSON number without an exponent.
    explicit Decimal(std::string text);

    /// Digits, with a '-' and a point where needed ("12.99", "-0.5"). An exponent is written out; nothing when the text
    /// is no JSON number or has more than 100 digits then.
    [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

    /// As it was written: 12.90 stays "12.90".
    [[nodiscard]] const std::string& text() const { return text_; }

    /// By value: 12.9 and 12.90 are equal.
    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
    friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

  private:
    std::string text_;
};

}  // namespace chassis::model

namespace chassis {
using model::Decimal;
}
