#include "chassis/model/decimal.hpp"

#include <gtest/gtest.h>

#include "chassis/model/errors.hpp"

namespace chassis::model {
namespace {

TEST(DecimalTest, the_text_stays_as_it_was_written) {
    for (const char* text : {"0", "-0", "12.90", "-0.5", "123456789012345678901234567890.123456789"}) {
        EXPECT_EQ(Decimal(text).text(), text);
        EXPECT_EQ(Decimal::parse(text)->text(), text);
    }
}

TEST(DecimalTest, an_exponent_is_written_out) {
    for (const auto& [text, plain] : {std::pair("1e2", "100"),
                                      {"1.5E+3", "1500"},
                                      {"1.25e1", "12.5"},
                                      {"12e-1", "1.2"},
                                      {"-5e-3", "-0.005"},
                                      {"0e5", "0"},
                                      {"0.001e2", "0.1"}}) {
        EXPECT_EQ(Decimal::parse(text)->text(), plain);
    }
}

TEST(DecimalTest, two_texts_of_one_value_are_equal) {
    EXPECT_EQ(Decimal("12.9"), Decimal("12.90"));
    EXPECT_EQ(Decimal("0"), Decimal("-0.00"));
    EXPECT_LT(Decimal("-2"), Decimal("-1.5"));
    EXPECT_LT(Decimal("9.99"), Decimal("10"));
    EXPECT_GT(Decimal("0.1000000000000000000001"), Decimal("0.1"));
    EXPECT_LT(Decimal("-1"), Decimal("0"));
}

TEST(DecimalTest, what_is_no_json_number_is_refused) {
    for (const char* text :
         {"", "-", "+1", "01", ".5", "5.", "1e", "1e+", "1x", " 1", "0x1", "nan", "1.2.3", "1e1000"}) {
        EXPECT_FALSE(Decimal::parse(text)) << text;
        EXPECT_THROW(Decimal{std::string(text)}, ModelError) << text;
    }
    EXPECT_FALSE(Decimal::parse(std::string(101, '1')));
}

}  // namespace
}  // namespace chassis::model
