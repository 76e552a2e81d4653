// Codecs of the platform's own values. Included by codec.hpp.
#pragma once

#include "chassis/model/codec.hpp"

namespace chassis::model {

template <>
struct Codec<base::Uuid> {
    static void write(std::string& out, const base::Uuid& value);
    static bool read(JsonReader& in, base::Uuid& value);
    static bool parse(std::string_view text, base::Uuid& value, Problems& problems);
    static std::string schema(Schemas& schemas);
};

/// RFC 3339 with an offset: a time without one could be anybody's.
template <>
struct Codec<base::Time> {
    static void write(std::string& out, base::Time value);
    static bool read(JsonReader& in, base::Time& value);
    static bool parse(std::string_view text, base::Time& value, Problems& problems);
    static std::string schema(Schemas& schemas);
};

template <>
struct Codec<Decimal> {
    static void write(std::string& out, const Decimal& value);
    static bool read(JsonReader& in, Decimal& value);
    static bool parse(std::string_view text, Decimal& value, Problems& problems);
    static std::string schema(Schemas& schemas);
};

template <>
struct Codec<base::Currency> {
    static void write(std::string& out, const base::Currency& value);
    static bool read(JsonReader& in, base::Currency& value);
    static bool parse(std::string_view text, base::Currency& value, Problems& problems);
    static std::string schema(Schemas& schemas);
};

/// {"amount":1299,"currency":"EUR"}, in the minor unit.
template <>
struct Codec<base::Money> {
    static void write(std::string& out, const base::Money& value);
    static bool read(JsonReader& in, base::Money& value);
    static std::string schema(Schemas& schemas);
};

template <>
struct Codec<RawJson> {
    static void write(std::string& out, const RawJson& value);
    static bool read(JsonReader& in, RawJson& value);
    static std::string schema(Schemas& schemas);
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

}  // namespace chassis::model
