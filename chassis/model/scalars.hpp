// How scalars are read: strictly from JSON, where a number is a number, and leniently from text (paths, queries,
// headers, forms), as pydantic reads it. Each gives false and notes a problem when the value is none of its kind.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"
#include "chassis/base/currency.hpp"
#include "chassis/base/uuid.hpp"
#include "chassis/model/decimal.hpp"
#include "chassis/model/json_reader.hpp"

namespace chassis::model::detail {

/// What an integer type holds: from -least_magnitude to most.
struct IntegerRange {
    std::uint64_t least_magnitude;
    std::uint64_t most;
};
template <class T>
inline constexpr IntegerRange range_of{
    std::numeric_limits<T>::is_signed ? static_cast<std::uint64_t>(std::numeric_limits<T>::max()) + 1 : 0,
    static_cast<std::uint64_t>(std::numeric_limits<T>::max())};

/// A whole number with its sign.
struct Integer {
    bool negative = false;
    std::uint64_t magnitude = 0;

    template <class T>
    [[nodiscard]] T as() const {
        return static_cast<T>(negative ? 0 - magnitude : magnitude);
    }
};

bool read_integer(JsonReader& in, const IntegerRange& range, Integer& value);
bool parse_integer(std::string_view text, const IntegerRange& range, Integer& value, Problems& problems);

bool read_real(JsonReader& in, double largest, double& value);
bool parse_real(std::string_view text, double largest, double& value, Problems& problems);

bool read_boolean(JsonReader& in, bool& value);
bool parse_boolean(std::string_view text, bool& value, Problems& problems);

bool read_text(JsonReader& in, std::string& value);
bool parse_text(std::string_view text, std::string& value, Problems& problems);

/// `index` is the name's place in `names`.
bool read_enum(JsonReader& in, std::span<const std::string_view> names, std::size_t& index);
bool parse_enum(std::string_view text, std::span<const std::string_view> names, std::size_t& index, Problems& problems);

bool read_uuid(JsonReader& in, base::Uuid& value);
bool parse_uuid(std::string_view text, base::Uuid& value, Problems& problems);

bool read_time(JsonReader& in, base::Time& value);
bool parse_time(std::string_view text, base::Time& value, Problems& problems);

bool read_decimal(JsonReader& in, Decimal& value);
bool parse_decimal(std::string_view text, Decimal& value, Problems& problems);

bool read_currency(JsonReader& in, base::Currency& value);
bool parse_currency(std::string_view text, base::Currency& value, Problems& problems);

}  // namespace chassis::model::detail
