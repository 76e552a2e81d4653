// Codecs of the platform's own values. Included by codec.hpp.
#pragma once

#include "chassis/model/codec.hpp"

namespace chassis::model {

template <>
struct Codec<base::Uuid> {
    static void write(std::string& out, const base::Uuid& value) {
        out += '"';
        value.append_to(out);
        out += '"';
    }
    static bool read(JsonReader& in, base::Uuid& value) { return detail::read_uuid(in, value); }
    static bool parse(std::string_view text, base::Uuid& value, Problems& problems) {
        return detail::parse_uuid(text, value, problems);
    }
    static std::string schema(Schemas&) { return R"({"type":"string","format":"uuid"})"; }
};

/// RFC 3339 with an offset: a time without one could be anybody's.
template <>
struct Codec<base::Time> {
    static void write(std::string& out, base::Time value) {
        out += '"';
        base::append_rfc3339(out, value);
        out += '"';
    }
    static bool read(JsonReader& in, base::Time& value) { return detail::read_time(in, value); }
    static bool parse(std::string_view text, base::Time& value, Problems& problems) {
        return detail::parse_time(text, value, problems);
    }
    static std::string schema(Schemas&) { return R"({"type":"string","format":"date-time"})"; }
};

template <class Tag, class Rep>
struct Codec<base::Id<Tag, Rep>> {
    using Id = base::Id<Tag, Rep>;
    static void write(std::string& out, const Id& id) { Codec<Rep>::write(out, id.value); }
    static bool read(JsonReader& in, Id& id) { return Codec<Rep>::read(in, id.value); }
    static bool parse(std::string_view text, Id& id, Problems& problems) {
        return Codec<Rep>::parse(text, id.value, problems);
    }
    static std::string schema(Schemas& schemas) { return detail::schema_of<Rep>(schemas); }
};

template <>
struct Codec<Decimal> {
    static void write(std::string& out, const Decimal& value) { out += value.text(); }
    static bool read(JsonReader& in, Decimal& value) { return detail::read_decimal(in, value); }
    static bool parse(std::string_view text, Decimal& value, Problems& problems) {
        return detail::parse_decimal(text, value, problems);
    }
    static std::string schema(Schemas&) { return R"({"type":"number"})"; }
};

template <>
struct Codec<base::Currency> {
    static void write(std::string& out, const base::Currency& value) { append_json_string(out, value.code()); }
    static bool read(JsonReader& in, base::Currency& value) { return detail::read_currency(in, value); }
    static bool parse(std::string_view text, base::Currency& value, Problems& problems) {
        return detail::parse_currency(text, value, problems);
    }
    static std::string schema(Schemas&) {
        return R"({"type":"string","pattern":"^[A-Z]{3}$","description":"ISO 4217"})";
    }
};

namespace detail {
struct MoneyOnTheWire {
    std::int64_t amount;
    base::Currency currency;
};
}  // namespace detail

/// {"amount":1299,"currency":"EUR"}, in the minor unit.
template <>
struct Codec<base::Money> {
    static void write(std::string& out, const base::Money& value) {
        Codec<detail::MoneyOnTheWire>::write(out, {value.amount(), value.currency()});
    }
    static bool read(JsonReader& in, base::Money& value) {
        detail::MoneyOnTheWire read{};
        if (!Codec<detail::MoneyOnTheWire>::read(in, read)) return false;
        value = base::Money(read.amount, read.currency);
        return true;
    }
    static std::string schema(Schemas& schemas) {
        return schemas.component(&detail::type_key<base::Money>, "Money", "chassis::Money", [] {
            return R"({"properties":{"amount":{"type":"integer","format":"int64","title":"Amount",)"
                   R"("description":"In the minor unit: cents of EUR, whole JPY"},)"
                   R"("currency":{"type":"string","pattern":"^[A-Z]{3}$","title":"Currency","description":"ISO 4217"}},)"
                   R"("type":"object","required":["amount","currency"],"title":"Money"})";
        });
    }
};

template <>
struct Codec<RawJson> {
    static void write(std::string& out, const RawJson& value) { out += value.text; }
    static bool read(JsonReader& in, RawJson& value) {
        value.text = in.skip_value();
        return true;
    }
    static std::string schema(Schemas&) { return "{}"; }
};

}  // namespace chassis::model
