#include "chassis/base/money.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "chassis/base/random.hpp"

namespace chassis::base {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

// Small ones, large ones and the extremes, of both signs.
std::int64_t some_amount() {
    switch (random_below(8)) {
        case 0:
            return most;
        case 1:
            return least;
        case 2:
            return 0;
        default:
            return static_cast<std::int64_t>(random_u64()) >> random_below(64);
    }
}

Money sum(const std::vector<Money>& parts) {
    Money total(0, parts.front().currency());
    for (const Money& part : parts) total += part;
    return total;
}

TEST(CurrencyTest, the_minor_unit_is_that_of_iso_4217) {
    EXPECT_EQ(Currency("EUR").exponent(), 2);
    EXPECT_EQ(Currency("JPY").exponent(), 0);
    EXPECT_EQ(Currency("BHD").exponent(), 3);
    EXPECT_EQ(Currency().code(), "XXX");
}

TEST(CurrencyTest, an_unknown_code_is_refused_with_its_text) {
    for (const char* code : {"", "eur", "EURO", "QQQ", "EU"}) EXPECT_FALSE(Currency::find(code)) << code;
    try {
        Currency currency("QQQ");
        FAIL();
    } catch (const MoneyError& error) {
        EXPECT_NE(std::string(error.what()).find("\"QQQ\""), std::string::npos);
    }
}

TEST(CurrencyTest, every_listed_currency_is_found_once) {
    const auto all = Currency::all();
    EXPECT_EQ(std::ranges::adjacent_find(all, std::greater_equal{}, &Currency::code), all.end());
    for (const Currency& currency : all) EXPECT_EQ(Currency::find(currency.code()), currency);
}

TEST(MoneyTest, sums_differences_and_products_are_exact) {
    const Money price(1299, "EUR");
    EXPECT_EQ(price + Money(1, "EUR"), Money(1300, "EUR"));
    EXPECT_EQ(price - Money(1300, "EUR"), Money(-1, "EUR"));
    EXPECT_EQ(price * 3, Money(3897, "EUR"));
    EXPECT_EQ(-price, Money(-1299, "EUR"));
    EXPECT_LT(price, Money(1300, "EUR"));
}

TEST(MoneyTest, two_currencies_are_never_equal_and_never_meet) {
    const Money euro(1, "EUR");
    const Money dollar(1, "USD");
    EXPECT_NE(euro, dollar);
    EXPECT_THROW(euro + dollar, MoneyError);
    EXPECT_THROW(euro - dollar, MoneyError);
    EXPECT_THROW((void)(euro < dollar), MoneyError);
}

TEST(MoneyTest, an_overflow_throws_and_changes_nothing) {
    Money largest(most, "EUR");
    EXPECT_THROW(largest += Money(1, "EUR"), MoneyError);
    EXPECT_THROW(largest *= 2, MoneyError);
    EXPECT_EQ(largest, Money(most, "EUR"));
    EXPECT_THROW(Money(least, "EUR") - Money(1, "EUR"), MoneyError);
    EXPECT_THROW(-Money(least, "EUR"), MoneyError);
}

TEST(MoneyTest, decimal_text_has_the_places_of_the_currency) {
    EXPECT_EQ(Money(1299, "EUR").to_decimal(), "12.99");
    EXPECT_EQ(Money(-5, "EUR").to_decimal(), "-0.05");
    EXPECT_EQ(Money(1299, "JPY").to_decimal(), "1299");
    EXPECT_EQ(Money(1299, "BHD").to_decimal(), "1.299");
    EXPECT_EQ(to_string(Money(0, "EUR")), "0.00 EUR");
}

TEST(MoneyTest, every_amount_comes_back_from_its_decimal_text) {
    for (int i = 0; i < 2000; ++i) {
        for (const char* currency : {"EUR", "JPY", "BHD"}) {
            const Money money(some_amount(), currency);
            EXPECT_EQ(Money::from_decimal(money.to_decimal(), currency), money);
        }
    }
}

TEST(MoneyTest, fewer_places_and_trailing_zeros_mean_the_same_amount) {
    EXPECT_EQ(Money::from_decimal("3", "EUR"), Money(300, "EUR"));
    EXPECT_EQ(Money::from_decimal("-0.5", "EUR"), Money(-50, "EUR"));
    EXPECT_EQ(Money::from_decimal("1.2300", "EUR"), Money(123, "EUR"));
    EXPECT_EQ(Money::from_decimal("7.0", "JPY"), Money(7, "JPY"));
}

TEST(MoneyTest, decimal_text_that_is_no_amount_of_the_currency_is_refused) {
    for (std::string_view text : {"", "-", ".5", "5.", "1.234", "+1", " 1", "1e2", "1,5", "--1", "1.2.3", "12a",
                                  "92233720368547758.08", "-92233720368547758.09", "99999999999999999999"}) {
        EXPECT_FALSE(Money::from_decimal(text, "EUR")) << text;
    }
}

TEST(MoneyTest, equal_parts_sum_back_and_differ_by_one_unit_at_most) {
    for (int i = 0; i < 2000; ++i) {
        const Money money(some_amount(), "EUR");
        const auto parts = money.split(1 + random_below(40));
        EXPECT_EQ(sum(parts), money);
        const auto [smallest, largest] = std::ranges::minmax(parts);
        EXPECT_LE(largest.amount() - smallest.amount(), 1);
    }
}

TEST(MoneyTest, weighted_parts_sum_back_and_are_within_one_unit_of_their_share) {
    for (int i = 0; i < 2000; ++i) {
        const Money money(some_amount(), "EUR");
        std::vector<std::int64_t> weights(1 + random_below(12));
        for (auto& weight : weights) weight = static_cast<std::int64_t>(random_below(1000));
        weights.front() += 1;
        const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        const auto parts = money.split(weights);
        EXPECT_EQ(sum(parts), money);
        for (std::size_t j = 0; j < weights.size(); ++j) {
            const long double exact = static_cast<long double>(money.amount()) * weights[j] / total;
            EXPECT_NEAR(static_cast<double>(parts[j].amount() - exact), 0.0, 1.001);
            if (weights[j] == 0) {
                EXPECT_EQ(parts[j].amount(), 0);
            }
        }
    }
}

TEST(MoneyTest, a_split_that_cannot_be_made_throws) {
    const Money money(100, "EUR");
    EXPECT_THROW((void)money.split(std::size_t{0}), MoneyError);
    EXPECT_THROW((void)money.split(std::vector<std::int64_t>{}), MoneyError);
    EXPECT_THROW((void)money.split(std::vector<std::int64_t>{0, 0}), MoneyError);
    EXPECT_THROW((void)money.split(std::vector<std::int64_t>{2, -1}), MoneyError);
}

}  // namespace
}  // namespace chassis::base
