#include "chassis/base/clock.hpp"

#include <cstdint>

namespace chassis::base {
namespace {

class SystemClock final : public Clock {
  public:
    [[nodiscard]] Time now() const override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

char* write_digits(char* out, std::int64_t number, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + number % 10);
        number /= 10;
    }
    return out + digits;
}

// Reads what RFC 3339 allows, one piece after another; once a piece is missing, nothing fits any more.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int number = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
                fail();
                return 0;
            }
            number = number * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return number;
    }

    bool take(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_.front()) == any_of.npos) return false;
        taken_ = rest_.front();
        rest_.remove_prefix(1);
        return true;
    }

    void expect(std::string_view any_of) {
        if (!take(any_of)) fail();
    }

    // Microseconds of a second's fraction.
    int fraction() {
        int number = digits(1) * 100'000;
        int place = 10'000;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            number += (rest_.front() - '0') * place;
            place /= 10;
            rest_.remove_prefix(1);
        }
        return number;
    }

    [[nodiscard]] char taken() const { return taken_; }
    [[nodiscard]] bool ended_well() const { return !failed_ && rest_.empty(); }

  private:
    void fail() {
        failed_ = true;
        rest_ = {};
    }

    std::string_view rest_;
    char taken_ = 0;
    bool failed_ = false;
};

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

void append_rfc3339(std::string& out, Time time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    char text[32];
    char* end = write_digits(text, static_cast<int>(date.year()), 4);
    *end++ = '-';
    end = write_digits(end, static_cast<unsigned>(date.month()), 2);
    *end++ = '-';
    end = write_digits(end, static_cast<unsigned>(date.day()), 2);
    *end++ = 'T';
    end = write_digits(end, clock.hours().count(), 2);
    *end++ = ':';
    end = write_digits(end, clock.minutes().count(), 2);
    *end++ = ':';
    end = write_digits(end, clock.seconds().count(), 2);
    if (clock.subseconds().count() != 0) {
        *end++ = '.';
        end = write_digits(end, clock.subseconds().count(), 6);
    }
    *end++ = 'Z';
    out.append(text, end);
}

std::string to_rfc3339(Time time) {
    std::string text;
    append_rfc3339(text, time);
    return text;
}

std::optional<Time> parse_rfc3339(std::string_view text) noexcept {
    using namespace std::chrono;
    Reader reader(text);
    const year year(reader.digits(4));
    reader.expect("-");
    const month month(static_cast<unsigned>(reader.digits(2)));
    reader.expect("-");
    const day day(static_cast<unsigned>(reader.digits(2)));
    reader.expect("Tt ");
    const int hour = reader.digits(2);
    reader.expect(":");
    const int minute = reader.digits(2);
    reader.expect(":");
    const int second = reader.digits(2);
    const int fraction = reader.take(".") ? reader.fraction() : 0;
    minutes offset{0};
    reader.expect("Zz+-");
    if (const char sign = reader.taken(); sign == '+' || sign == '-') {
        const int offset_hours = reader.digits(2);
        reader.expect(":");
        const int offset_minutes = reader.digits(2);
        if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
        offset = hours(offset_hours) + minutes(offset_minutes);
        if (sign == '-') offset = -offset;
    }
    const year_month_day date(year, month, day);
    if (!reader.ended_well() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return Time{sys_days(date)} + hours(hour) + minutes(minute) + seconds(second) + microseconds(fraction) - offset;
}

}  // namespace chassis::base
