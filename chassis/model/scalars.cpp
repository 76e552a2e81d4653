#include "chassis/model/scalars.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "chassis/base/json_text.hpp"
#include "chassis/base/text.hpp"

namespace chassis::model::detail {
namespace {

using Kind = JsonReader::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string ctx_error(std::string_view error) { return "{\"error\":" + base::json_string(error) + '}'; }

bool refuse(Problems& problems, std::string_view type, std::string msg, std::string_view input, std::string ctx = {}) {
    problems.add(type, std::move(msg), input, std::move(ctx));
    return false;
}

bool refuse_kind(JsonReader& in, std::string_view type, std::string msg) {
    return refuse(in.problems(), type, std::move(msg), in.skip_value());
}

enum class Wholeness { whole, fraction, too_large };

// A JSON number as a whole one: 100, 1.0 and 1e2 are, 1.5 is not. Exact, whatever its exponent.
Wholeness to_integer(std::string_view number, Integer& value) {
    value.negative = number.front() == '-';
    if (value.negative) number.remove_prefix(1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value.magnitude);
    if (end == number.data() + number.size()) {
        return error == std::errc{} ? Wholeness::whole : Wholeness::too_large;
    }
    std::string digits;
    std::size_t at = 0;
    for (; at < number.size() && is_digit(number[at]); ++at) digits += number[at];
    auto point = static_cast<std::int64_t>(digits.size());
    if (at < number.size() && number[at] == '.') {
        for (++at; at < number.size() && is_digit(number[at]); ++at) digits += number[at];
    }
    if (at < number.size()) {
        std::string_view exponent = number.substr(at + 1);
        if (exponent.front() == '+') exponent.remove_prefix(1);
        std::int64_t shift = 0;
        const auto parsed = std::from_chars(exponent.data(), exponent.data() + exponent.size(), shift);
        constexpr std::int64_t far = 1'000'000'000'000;
        if (parsed.ec != std::errc{}) shift = exponent.front() == '-' ? -far : far;
        point += std::clamp(shift, -far, far);
    }
    const std::size_t first = digits.find_first_not_of('0');
    if (first == digits.npos) {
        value.magnitude = 0;
        return Wholeness::whole;
    }
    const auto last = static_cast<std::int64_t>(digits.find_last_not_of('0'));
    if (last >= point) return Wholeness::fraction;
    if (point - static_cast<std::int64_t>(first) > 20) return Wholeness::too_large;
    std::string whole = digits.substr(first, static_cast<std::size_t>(last) - first + 1);
    whole.append(static_cast<std::size_t>(point - last - 1), '0');
    const auto result = std::from_chars(whole.data(), whole.data() + whole.size(), value.magnitude);
    return result.ec == std::errc{} ? Wholeness::whole : Wholeness::too_large;
}

bool check_range(const IntegerRange& range, Integer& value, Wholeness wholeness, std::string_view input,
                 Problems& problems) {
    const std::uint64_t limit = value.negative ? range.least_magnitude : range.most;
    if (wholeness == Wholeness::whole && value.magnitude <= limit) return true;
    const std::string bound = (value.negative && limit > 0 ? "-" : "") + std::to_string(limit);
    if (value.negative) {
        return refuse(problems, "greater_than_equal", "Input should be greater than or equal to " + bound, input,
                      "{\"ge\":" + bound + '}');
    }
    return refuse(problems, "less_than_equal", "Input should be less than or equal to " + bound, input,
                  "{\"le\":" + bound + '}');
}

// Text as Python's int() and float() take it, without the blanks around it and single underscores between digits;
// empty when an underscore stands elsewhere.
std::string clean_number(std::string_view text) {
    text = base::trim(text);
    std::string clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            clean += text[i];
        } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
            return {};
        }
    }
    if (clean.starts_with('+') && clean.size() > 1 && clean[1] != '-') clean.erase(0, 1);
    return clean;
}

// from_chars says "out of range" for what is too large and for what is too small alike; the latter is 0.
bool to_real(std::string_view number, double& value) {
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (end != number.data() + number.size()) return false;
    if (error == std::errc{}) return true;
    if (error != std::errc::result_out_of_range) return false;
    const std::size_t exponent = number.find_first_of("eE");
    const bool negative_exponent = exponent != number.npos && number.substr(exponent + 1).starts_with('-');
    const bool starts_small = number.starts_with("0.") || number.starts_with("-0.");
    value = negative_exponent || (starts_small && exponent == number.npos) ? 0.0 : HUGE_VAL;
    return true;
}

bool check_finite(double largest, double value, std::string_view input, Problems& problems) {
    if (std::isfinite(value) && std::abs(value) <= largest) return true;
    return refuse(problems, "finite_number", "Input should be a finite number", input);
}

// What is wrong with a text that is no Uuid, in the words of the parser that pydantic uses.
std::string uuid_fault(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (base::hex_digit(text[i]) >= 0 || text[i] == '-') continue;
        const std::size_t next = std::min(text.find_first_of("0123456789abcdefABCDEF-", i + 1), i + 4);
        const std::string_view character = (text[i] & 0x80) != 0 ? text.substr(i, next - i) : text.substr(i, 1);
        return "invalid character: found `" + std::string(character) + "` at " + std::to_string(i);
    }
    const auto groups = base::split(text, '-');
    if (groups.size() == 1) return "invalid length: found " + std::to_string(text.size());
    if (groups.size() != 5) return "invalid group count: expected 5, found " + std::to_string(groups.size());
    constexpr std::size_t lengths[] = {8, 4, 4, 4, 12};
    for (std::size_t i = 0; i < 5; ++i) {
        if (groups[i].size() == lengths[i]) continue;
        return "invalid group length in group " + std::to_string(i) + ": expected " + std::to_string(lengths[i]) +
               ", found " + std::to_string(groups[i].size());
    }
    return "invalid length: found " + std::to_string(text.size());
}

bool to_uuid(std::string_view text, base::Uuid& value, std::string_view input, Problems& problems) {
    if (const auto parsed = base::Uuid::parse(text)) {
        value = *parsed;
        return true;
    }
    const std::string fault = uuid_fault(text);
    return refuse(problems, "uuid_parsing", "Input should be a valid UUID, " + fault, input, ctx_error(fault));
}

// The same for a text that is no time: what is wrong with its date, or that something follows the date.
std::string_view time_fault(std::string_view text) {
    const auto digits = [&](std::size_t at, std::size_t count) {
        return std::ranges::all_of(text.substr(at, count), is_digit);
    };
    if (text.size() < 10) return "input is too short";
    if (!digits(0, 4)) return "invalid character in year";
    if (text[4] != '-' || text[7] != '-') return "invalid date separator, expected `-`";
    if (!digits(5, 2)) return "invalid character in month";
    if (!digits(8, 2)) return "invalid character in day";
    using namespace std::chrono;
    const auto number = [&](std::size_t at, std::size_t count) {
        int value = 0;
        for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
        return value;
    };
    const month month(static_cast<unsigned>(number(5, 2)));
    if (!month.ok()) return "month value is outside expected range of 1-12";
    const year_month_day date(year(number(0, 4)), month, day(static_cast<unsigned>(number(8, 2))));
    if (!date.ok()) return "day value is outside expected range";
    return "unexpected extra characters at the end of the input";
}

bool to_time(std::string_view text, base::Time& value, std::string_view input, Problems& problems) {
    if (const auto parsed = base::parse_rfc3339(text)) {
        value = *parsed;
        return true;
    }
    const bool only_date = text.size() == 10 && base::parse_rfc3339(std::string(text) + "T00:00:00Z");
    if (only_date || base::parse_rfc3339(std::string(text) + "Z")) {
        return refuse(problems, "timezone_aware", "Input should have timezone info", input);
    }
    const std::string_view fault = time_fault(text);
    return refuse(problems, "datetime_from_date_parsing",
                  "Input should be a valid datetime or date, " + std::string(fault), input, ctx_error(fault));
}

bool to_decimal(std::string_view number, Decimal& value, std::string_view input, Problems& problems) {
    if (auto parsed = Decimal::parse(number)) {
        value = std::move(*parsed);
        return true;
    }
    // Every JSON number is one, so it can only be too long.
    return refuse(problems, "decimal_max_digits", "Decimal input should have no more than 100 digits in total", input,
                  "{\"max_digits\":100}");
}

bool to_currency(std::string_view text, base::Currency& value, std::string_view input, Problems& problems) {
    if (const auto found = base::Currency::find(text)) {
        value = *found;
        return true;
    }
    const std::string fault = "\"" + std::string(text) + "\" is no currency of ISO 4217 (such as EUR)";
    return refuse(problems, "value_error", "Value error, " + fault, input, ctx_error(fault));
}

bool refuse_enum(std::span<const std::string_view> names, std::string_view input, Problems& problems) {
    std::string expected;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) expected += i + 1 == names.size() ? " or " : ", ";
        expected += '\'' + std::string(names[i]) + '\'';
    }
    return refuse(problems, "enum", "Input should be " + expected, input,
                  "{\"expected\":" + base::json_string(expected) + '}');
}

}  // namespace

bool read_integer(JsonReader& in, const IntegerRange& range, Integer& value) {
    if (in.peek() != Kind::number) return refuse_kind(in, "int_type", "Input should be a valid integer");
    const std::string_view number = in.read_number();
    const Wholeness wholeness = to_integer(number, value);
    if (wholeness == Wholeness::fraction) {
        return refuse(in.problems(), "int_from_float",
                      "Input should be a valid integer, got a number with a fractional part", number);
    }
    return check_range(range, value, wholeness, number, in.problems());
}

bool parse_integer(std::string_view text, const IntegerRange& range, Integer& value, Problems& problems) {
    std::string clean = clean_number(text);
    // "1.0" and "1.000" are whole as well.
    if (const std::size_t point = clean.find('.'); point != clean.npos && point + 1 < clean.size() && point > 0 &&
                                                   clean.find_first_not_of('0', point + 1) == clean.npos) {
        clean.resize(point);
    }
    const std::size_t sign = clean.starts_with('-') ? 1 : 0;
    if (clean.size() == sign || clean.find_first_not_of("0123456789", sign) != clean.npos) {
        return refuse(problems, "int_parsing", "Input should be a valid integer, unable to parse string as an integer",
                      base::json_string(text));
    }
    return check_range(range, value, to_integer(clean, value), base::json_string(text), problems);
}

bool read_real(JsonReader& in, double largest, double& value) {
    if (in.peek() != Kind::number) return refuse_kind(in, "float_type", "Input should be a valid number");
    const std::string_view number = in.read_number();
    to_real(number, value);
    return check_finite(largest, value, number, in.problems());
}

bool parse_real(std::string_view text, double largest, double& value, Problems& problems) {
    if (!to_real(clean_number(text), value)) {
        return refuse(problems, "float_parsing", "Input should be a valid number, unable to parse string as a number",
                      base::json_string(text));
    }
    return check_finite(largest, value, base::json_string(text), problems);
}

bool read_boolean(JsonReader& in, bool& value) {
    if (in.peek() != Kind::boolean) return refuse_kind(in, "bool_type", "Input should be a valid boolean");
    value = in.read_boolean();
    return true;
}

bool parse_boolean(std::string_view text, bool& value, Problems& problems) {
    constexpr std::string_view yes[] = {"true", "1", "yes", "on", "t", "y"};
    constexpr std::string_view no[] = {"false", "0", "no", "off", "f", "n"};
    const auto equals = [&](std::string_view word) { return base::iequals(text, word); };
    value = std::ranges::any_of(yes, equals);
    if (value || std::ranges::any_of(no, equals)) return true;
    return refuse(problems, "bool_parsing", "Input should be a valid boolean, unable to interpret input",
                  base::json_string(text));
}

bool read_text(JsonReader& in, std::string& value) {
    if (in.peek() != Kind::string) return refuse_kind(in, "string_type", "Input should be a valid string");
    const std::string_view text = in.read_string(value);
    if (text.data() != value.data()) value = text;
    return true;
}

bool parse_text(std::string_view text, std::string& value, Problems& problems) {
    if (base::find_invalid_utf8(text) != text.npos) {
        return refuse(problems, "string_unicode",
                      "Input should be a valid string, unable to parse raw data as a unicode string",
                      base::json_string(text));
    }
    value = text;
    return true;
}

bool read_enum(JsonReader& in, std::span<const std::string_view> names, std::size_t& index) {
    if (in.peek() != Kind::string) return refuse_enum(names, in.skip_value(), in.problems());
    const JsonReader::Mark start = in.mark();
    std::string scratch;
    const std::string_view text = in.read_string(scratch);
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) return refuse_enum(names, in.since(start), in.problems());
    index = static_cast<std::size_t>(found - names.begin());
    return true;
}

bool parse_enum(std::string_view text, std::span<const std::string_view> names, std::size_t& index,
                Problems& problems) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) return refuse_enum(names, base::json_string(text), problems);
    index = static_cast<std::size_t>(found - names.begin());
    return true;
}

bool read_uuid(JsonReader& in, base::Uuid& value) {
    if (in.peek() != Kind::string) {
        return refuse_kind(in, "uuid_type", "UUID input should be a string, bytes or UUID object");
    }
    const JsonReader::Mark start = in.mark();
    std::string scratch;
    const std::string_view text = in.read_string(scratch);
    return to_uuid(text, value, in.since(start), in.problems());
}

bool parse_uuid(std::string_view text, base::Uuid& value, Problems& problems) {
    return to_uuid(text, value, base::json_string(text), problems);
}

bool read_time(JsonReader& in, base::Time& value) {
    if (in.peek() != Kind::string) return refuse_kind(in, "datetime_type", "Input should be a valid datetime");
    const JsonReader::Mark start = in.mark();
    std::string scratch;
    const std::string_view text = in.read_string(scratch);
    return to_time(text, value, in.since(start), in.problems());
}

bool parse_time(std::string_view text, base::Time& value, Problems& problems) {
    return to_time(text, value, base::json_string(text), problems);
}

bool read_decimal(JsonReader& in, Decimal& value) {
    if (in.peek() != Kind::number) {
        return refuse_kind(in, "decimal_type", "Decimal input should be an integer, float, string or Decimal object");
    }
    const std::string_view number = in.read_number();
    return to_decimal(number, value, number, in.problems());
}

bool parse_decimal(std::string_view text, Decimal& value, Problems& problems) {
    if (auto parsed = Decimal::parse(base::trim(text))) {
        value = std::move(*parsed);
        return true;
    }
    return refuse(problems, "decimal_parsing", "Input should be a valid decimal", base::json_string(text));
}

bool read_currency(JsonReader& in, base::Currency& value) {
    if (in.peek() != Kind::string) return refuse_kind(in, "string_type", "Input should be a valid string");
    const JsonReader::Mark start = in.mark();
    std::string scratch;
    const std::string_view text = in.read_string(scratch);
    return to_currency(text, value, in.since(start), in.problems());
}

bool parse_currency(std::string_view text, base::Currency& value, Problems& problems) {
    return to_currency(text, value, base::json_string(text), problems);
}

}  // namespace chassis::model::detail
