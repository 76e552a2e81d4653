// Rows become values: a struct by the names of its members, or a scalar when the query has one column.
//
//     struct Product { std::int64_t id; std::string name; Money price; std::optional<Uuid> owner; };
//     db.all<Product>("SELECT id, name, price_amount, price_currency, owner FROM products")
//
// Member `price` of type Money reads the columns price_amount and price_currency; a struct inside a struct reads
// <member>_<its member>. Columns that no member wants are ignored; a missing one is a DatabaseError that names it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "chassis/database/session.hpp"
#include "chassis/model/enums.hpp"
#include "chassis/model/reflection.hpp"

namespace chassis::database {

namespace detail {

[[nodiscard]] int find_column(const Rows& rows, std::string_view type, std::string_view name);
void require_one_column(const Rows& rows, std::string_view type);
[[noreturn]] void refuse_null(const Rows& rows, int column);
[[noreturn]] void refuse_value(const Rows& rows, int column, std::string_view wanted);

template <class T>
concept Scalar = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::string> ||
                 std::is_same_v<T, base::Uuid> || std::is_same_v<T, base::Time> || is_id<T>;

/// Not null; throws when the column holds something else or does not fit.
template <Scalar T>
T read_scalar(const Rows& rows, int column) {
    if constexpr (std::is_same_v<T, bool>) {
        std::int64_t number = rows.integer(column);
        if (number != 0 && number != 1) refuse_value(rows, column, "TRUE or FALSE");
        return number != 0;
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(rows.real(column));
    } else if constexpr (std::is_integral_v<T>) {
        std::int64_t number = rows.integer(column);
        if (!std::in_range<T>(number)) refuse_value(rows, column, "a number that fits the member");
        return static_cast<T>(number);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return T(rows.text(column));
    } else if constexpr (std::is_same_v<T, base::Uuid>) {
        auto id = base::Uuid::parse(rows.text(column));
        if (!id) refuse_value(rows, column, "a UUID");
        return *id;
    } else if constexpr (std::is_same_v<T, base::Time>) {
        return base::Time{std::chrono::microseconds(rows.integer(column))};
    } else if constexpr (std::is_enum_v<T>) {
        auto value = model::enum_value<T>(rows.text(column));
        if (!value) refuse_value(rows, column, "one of the enum's names");
        return *value;
    } else {
        return T{read_scalar<decltype(T::value)>(rows, column)};
    }
}

template <class T>
struct OptionalValue {};
template <class T>
struct OptionalValue<std::optional<T>> {
    using type = T;
};

}  // namespace detail

/// Reads the rows of one running statement; the columns are looked up once.
template <class T>
class RowReader {
  public:
    explicit RowReader(const Rows& rows) {
        if constexpr (is_single<T>()) {
            detail::require_one_column(rows, model::type_name<T>());
            columns_.push_back(0);
        } else {
            find<T>(rows, {});
        }
    }

    T read(const Rows& rows) const {
        const int* column = columns_.data();
        return take<T>(rows, column);
    }

  private:
    template <class M>
    static constexpr bool is_single() {
        if constexpr (detail::is_optional<M>) {
            return detail::Scalar<typename detail::OptionalValue<M>::type>;
        } else {
            return detail::Scalar<M>;
        }
    }

    // `prefix` is a scalar's whole name, or what stands before the names of a struct's members.
    template <class M>
    void find(const Rows& rows, const std::string& prefix) {
        if constexpr (detail::is_optional<M>) {
            find<typename detail::OptionalValue<M>::type>(rows, prefix);
        } else if constexpr (detail::Scalar<M>) {
            columns_.push_back(detail::find_column(rows, model::type_name<T>(), prefix));
        } else if constexpr (std::is_same_v<M, base::Money>) {
            std::string before = prefix.empty() ? "" : prefix + "_";
            columns_.push_back(detail::find_column(rows, model::type_name<T>(), before + "amount"));
            columns_.push_back(detail::find_column(rows, model::type_name<T>(), before + "currency"));
        } else {
            std::string before = prefix.empty() ? "" : prefix + "_";
            M shape{};
            model::for_each_member(shape, [&](std::string_view name, auto& member) {
                find<std::remove_cvref_t<decltype(member)>>(rows, before + std::string(name));
            });
        }
    }

    template <class M>
    static M take(const Rows& rows, const int*& column) {
        if constexpr (detail::is_optional<M>) {
            using Value = typename detail::OptionalValue<M>::type;
            const int* end = column;
            if (skip_nulls<Value>(rows, end)) {
                column = end;
                return std::nullopt;
            }
            return take<Value>(rows, column);
        } else if constexpr (detail::Scalar<M>) {
            if (rows.is_null(*column)) detail::refuse_null(rows, *column);
            return detail::read_scalar<M>(rows, *column++);
        } else if constexpr (std::is_same_v<M, base::Money>) {
            auto amount = take<std::int64_t>(rows, column);
            int currency_column = *column;
            auto currency = base::Currency::find(take<std::string>(rows, column));
            if (!currency) detail::refuse_value(rows, currency_column, "a currency");
            return base::Money(amount, *currency);
        } else {
            M made{};
            model::for_each_member(made, [&](std::string_view, auto& member) {
                member = take<std::remove_cvref_t<decltype(member)>>(rows, column);
            });
            return made;
        }
    }

    // Moves `column` past M's columns; true when all of them are null.
    template <class M>
    static bool skip_nulls(const Rows& rows, const int*& column) {
        if constexpr (detail::is_optional<M>) {
            return skip_nulls<typename detail::OptionalValue<M>::type>(rows, column);
        } else if constexpr (detail::Scalar<M>) {
            return rows.is_null(*column++);
        } else if constexpr (std::is_same_v<M, base::Money>) {
            bool no_amount = rows.is_null(*column++);
            bool no_currency = rows.is_null(*column++);
            return no_amount && no_currency;
        } else {
            bool all = true;
            M shape{};
            model::for_each_member(shape, [&](std::string_view, auto& member) {
                bool null = skip_nulls<std::remove_cvref_t<decltype(member)>>(rows, column);
                all = all && null;
            });
            return all;
        }
    }

    std::vector<int> columns_;
};

}  // namespace chassis::database
