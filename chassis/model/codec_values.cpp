#include "chassis/model/codec.hpp"

namespace chassis::model {
namespace {

struct MoneyOnTheWire {
    std::int64_t amount;
    base::Currency currency;
};

}  // namespace

void Codec<base::Uuid>::write(std::string& out, const base::Uuid& value) {
    out += '"';
    value.append_to(out);
    out += '"';
}
bool Codec<base::Uuid>::read(JsonReader& in, base::Uuid& value) { return detail::read_uuid(in, value); }
bool Codec<base::Uuid>::parse(std::string_view text, base::Uuid& value, Problems& problems) {
    return detail::parse_uuid(text, value, problems);
}
std::string Codec<base::Uuid>::schema(Schemas&) { return R"({"type":"string","format":"uuid"})"; }

void Codec<base::Time>::write(std::string& out, base::Time value) {
    out += '"';
    base::append_rfc3339(out, value);
    out += '"';
}
bool Codec<base::Time>::read(JsonReader& in, base::Time& value) { return detail::read_time(in, value); }
bool Codec<base::Time>::parse(std::string_view text, base::Time& value, Problems& problems) {
    return detail::parse_time(text, value, problems);
}
std::string Codec<base::Time>::schema(Schemas&) { return R"({"type":"string","format":"date-time"})"; }

void Codec<Decimal>::write(std::string& out, const Decimal& value) { out += value.text(); }
bool Codec<Decimal>::read(JsonReader& in, Decimal& value) { return detail::read_decimal(in, value); }
bool Codec<Decimal>::parse(std::string_view text, Decimal& value, Problems& problems) {
    return detail::parse_decimal(text, value, problems);
}
std::string Codec<Decimal>::schema(Schemas&) { return R"({"type":"number"})"; }

void Codec<base::Currency>::write(std::string& out, const base::Currency& value) {
    base::append_json_string(out, value.code());
}
bool Codec<base::Currency>::read(JsonReader& in, base::Currency& value) { return detail::read_currency(in, value); }
bool Codec<base::Currency>::parse(std::string_view text, base::Currency& value, Problems& problems) {
    return detail::parse_currency(text, value, problems);
}
std::string Codec<base::Currency>::schema(Schemas&) {
    return R"({"type":"string","pattern":"^[A-Z]{3}$","description":"ISO 4217"})";
}

void Codec<base::Money>::write(std::string& out, const base::Money& value) {
    Codec<MoneyOnTheWire>::write(out, {value.amount(), value.currency()});
}
bool Codec<base::Money>::read(JsonReader& in, base::Money& value) {
    MoneyOnTheWire read{};
    if (!Codec<MoneyOnTheWire>::read(in, read)) return false;
    value = base::Money(read.amount, read.currency);
    return true;
}
std::string Codec<base::Money>::schema(Schemas& schemas) {
    return schemas.component(&detail::type_key<base::Money>, "Money", "chassis::Money", [](Schemas&) -> std::string {
        return R"({"properties":{"amount":{"type":"integer","format":"int64","title":"Amount",)"
               R"("description":"In the minor unit: cents of EUR, whole JPY"},)"
               R"("currency":{"type":"string","pattern":"^[A-Z]{3}$","title":"Currency","description":"ISO 4217"}},)"
               R"("type":"object","required":["amount","currency"],"title":"Money"})";
    });
}

void Codec<RawJson>::write(std::string& out, const RawJson& value) { out += value.text; }
bool Codec<RawJson>::read(JsonReader& in, RawJson& value) {
    value.text = in.skip_value();
    return true;
}
std::string Codec<RawJson>::schema(Schemas&) { return "{}"; }

}  // namespace chassis::model
