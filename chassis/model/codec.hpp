// How a type looks on the wire. Models, scalars, containers and the platform's own types have a codec; another type
// gets one by a specialisation.
//
//     template <>
//     struct chassis::model::Codec<Colour> {
//         static void write(std::string& out, const Colour& value);           // appends JSON
//         static bool read(JsonReader& in, Colour& value);                    // false: a problem is noted
//         static bool parse(std::string_view text, Colour& value, Problems&);  // from a path, query, header or form
//         static std::string schema(Schemas& schemas);                        // JSON Schema
//     };
//
// `parse` may be left out; then the type cannot stand in a path, query, header or form.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chassis/base/id.hpp"
#include "chassis/base/money.hpp"
#include "chassis/model/enums.hpp"
#include "chassis/model/json_reader.hpp"
#include "chassis/model/json_text.hpp"
#include "chassis/model/model_info.hpp"
#include "chassis/model/scalars.hpp"
#include "chassis/model/schema.hpp"

namespace chassis::model {

/// Can be read from one piece of text.
template <class T>
concept Parsable = requires(std::string_view text, T& value, Problems& problems) {
    { Codec<T>::parse(text, value, problems) } -> std::same_as<bool>;
};

/// JSON of any shape, kept as its text, for what only passes through.
struct RawJson {
    std::string text = "null";
};

namespace detail {

template <class T>
concept IsInteger = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept IsMap = requires {
    typename T::key_type;
    typename T::mapped_type;
};
template <class T>
concept IsTagged = requires {
    { T::tag } -> std::convertible_to<std::string_view>;
};

/// A type's schema with the rules of the member that it stands in.
template <class M>
std::string schema_of(Schemas& schemas, const MemberRules& rules) {
    if constexpr (is_optional<M>) {
        return or_null(schema_of<typename M::value_type>(schemas, rules));
    } else if constexpr (IsInteger<M>) {
        MemberRules limits = rules;
        // Of a 64-bit one the format says enough.
        if (!limits.at_least && !limits.above && (sizeof(M) < 8 || std::unsigned_integral<M>)) {
            set_limit(limits.at_least, bound(widest(std::numeric_limits<M>::min())));
        }
        if (!limits.at_most && !limits.below && sizeof(M) < 8) {
            set_limit(limits.at_most, bound(widest(std::numeric_limits<M>::max())));
        }
        return with_rules(Codec<M>::schema(schemas), limits, Counted::characters);
    } else if constexpr (IsMap<M>) {
        return with_rules(Codec<M>::schema(schemas), rules, Counted::properties);
    } else if constexpr (std::same_as<M, std::string> || !HasSize<M>) {
        return with_rules(Codec<M>::schema(schemas), rules, Counted::characters);
    } else {
        return with_rules(Codec<M>::schema(schemas), rules, Counted::items);
    }
}
template <class M>
std::string schema_of(Schemas& schemas) {
    return schema_of<M>(schemas, MemberRules{});
}

/// Looks at a value that could be read; `input` is its JSON text.
template <class M>
void check_rules(const MemberRules& rules, const M& value, std::string_view input, Problems& problems) {
    if constexpr (is_optional<M>) {
        if (value) check_rules(rules, *value, input, problems);
    } else if constexpr (IsNumber<M>) {
        check_number(rules, static_cast<long double>(value), input, problems);
    } else if constexpr (std::same_as<M, Decimal>) {
        check_decimal(rules, value, input, problems);
    } else if constexpr (std::same_as<M, std::string>) {
        check_text(rules, value, input, problems);
    } else if constexpr (HasSize<M>) {
        check_size(rules, value.size(), IsMap<M> ? "Dictionary" : "List", input, problems);
    }
}

template <class T, std::size_t I>
bool read_member(JsonReader& in, void* model, const MemberInfo& info) {
    auto& value = member<I>(*static_cast<T*>(model));
    const JsonReader::Mark start = in.mark();
    if (!Codec<MemberType<T, I>>::read(in, value)) return false;
    if (info.checks) check_rules(info.rules, value, in.since(start), in.problems());
    return true;
}
template <class T>
inline constexpr auto member_readers = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<ReadMember, sizeof...(I)>{read_member<T, I>...};
}(std::make_index_sequence<member_count<T>>{});

// Where the key texts come from: put together while compiling, or renamed by a rule.
template <class T>
struct OwnKeys {
    template <std::size_t I>
    [[nodiscard]] constexpr std::string_view key() const {
        return key_text<T, I>.view();
    }
};
struct RenamedKeys {
    const ModelInfo& info;
    template <std::size_t I>
    [[nodiscard]] std::string_view key() const {
        return info.members[I].key;
    }
};

template <class T, std::size_t I>
void write_member(std::string& out, const T& value, std::string_view key) {
    out.append(key);
    Codec<MemberType<T, I>>::write(out, member<I>(value));
}
template <class T, class Keys, std::size_t... I>
void write_with_keys(std::string& out, const T& value, const Keys& keys, bool follows, std::index_sequence<I...>) {
    (write_member<T, I>(out, value, keys.template key<I>().substr(I == 0 && !follows ? 1 : 0)), ...);
}

/// Members without the braces; `follows` when something stands before the first.
template <class T>
void write_members(std::string& out, const T& value, [[maybe_unused]] bool follows) {
    constexpr std::make_index_sequence<member_count<T>> all;
    if constexpr (HasRules<T>) {
        if (const ModelInfo& info = info_of<T>(); info.renamed) {
            write_with_keys(out, value, RenamedKeys{info}, follows, all);
            return;
        }
    }
    write_with_keys(out, value, OwnKeys<T>{}, follows, all);
}

/// The name that a struct goes by among the alternatives of a variant, or nothing.
template <class T>
constexpr std::string_view tag_of() {
    if constexpr (IsTagged<T>) {
        return T::tag;
    } else {
        return {};
    }
}
template <class T>
consteval bool has_member(std::string_view name) {
    for (const std::string_view known : names<T>()) {
        if (known == name) return true;
    }
    return false;
}

template <class T, std::size_t I>
MemberSchema member_schema(const T& probe) {
    const auto write_default = [](std::string& out, const void* model) {
        Codec<MemberType<T, I>>::write(out, member<I>(*static_cast<const T*>(model)));
    };
    return {.schema = &schema_of<MemberType<T, I>>, .write_default = write_default, .probe = &probe};
}

/// Calls `use` with all members of T as the schema needs them.
template <class T, class Use>
auto with_member_schemas(Use use) {
    const T probe{};
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        const std::array<MemberSchema, sizeof...(I)> members{member_schema<T, I>(probe)...};
        return use(members.data());
    }(std::make_index_sequence<member_count<T>>{});
}

}  // namespace detail

/// A model: a plain struct whose members have codecs. One with a `static constexpr std::string_view tag` is an
/// alternative of a variant and is written with a member "type" in front.
template <class T>
struct Codec {
    static_assert(detail::is_sound<T>);

    static void write(std::string& out, const T& value) {
        out += '{';
        if constexpr (detail::IsTagged<T>) {
            static_assert(!detail::has_member<T>("type"),
                          "the tag of a model is its member \"type\": name yours otherwise");
            out += R"("type":)";
            append_json_string(out, T::tag);
        }
        detail::write_members(out, value, detail::IsTagged<T>);
        out += '}';
    }
    static bool read(JsonReader& in, T& value) {
        return detail::read_model(in, &value, info_of<T>(), detail::member_readers<T>.data());
    }
    static std::string schema(Schemas& schemas) {
        return schemas.component(&detail::type_key<T>, type_name<T>(), full_type_name<T>(), [](Schemas& inner) {
            return detail::with_member_schemas<T>([&](const detail::MemberSchema* members) {
                return detail::model_schema(inner, info_of<T>(), members, detail::tag_of<T>());
            });
        });
    }
};

template <>
struct Codec<bool> {
    static void write(std::string& out, bool value) { out += value ? "true" : "false"; }
    static bool read(JsonReader& in, bool& value) { return detail::read_boolean(in, value); }
    static bool parse(std::string_view text, bool& value, Problems& problems) {
        return detail::parse_boolean(text, value, problems);
    }
    static std::string schema(Schemas&) { return R"({"type":"boolean"})"; }
};

template <detail::IsInteger T>
struct Codec<T> {
    static void write(std::string& out, T value) { append_json_integer(out, value); }
    static bool read(JsonReader& in, T& value) {
        detail::Integer integer;
        if (!detail::read_integer(in, detail::range_of<T>, integer)) return false;
        value = integer.as<T>();
        return true;
    }
    static bool parse(std::string_view text, T& value, Problems& problems) {
        detail::Integer integer;
        if (!detail::parse_integer(text, detail::range_of<T>, integer, problems)) return false;
        value = integer.as<T>();
        return true;
    }
    static std::string schema(Schemas&) {
        if constexpr (sizeof(T) == 8) return R"({"type":"integer","format":"int64"})";
        return R"({"type":"integer"})";
    }
};

template <std::floating_point T>
struct Codec<T> {
    static constexpr double largest = sizeof(T) < sizeof(double) ? static_cast<double>(std::numeric_limits<T>::max())
                                                                 : std::numeric_limits<double>::max();
    static void write(std::string& out, T value) { append_json_number(out, static_cast<double>(value)); }
    static bool read(JsonReader& in, T& value) {
        double real = 0;
        if (!detail::read_real(in, largest, real)) return false;
        value = static_cast<T>(real);
        return true;
    }
    static bool parse(std::string_view text, T& value, Problems& problems) {
        double real = 0;
        if (!detail::parse_real(text, largest, real, problems)) return false;
        value = static_cast<T>(real);
        return true;
    }
    static std::string schema(Schemas&) { return R"({"type":"number"})"; }
};

template <>
struct Codec<std::string> {
    static void write(std::string& out, std::string_view value) { append_json_string(out, value); }
    static bool read(JsonReader& in, std::string& value) { return detail::read_text(in, value); }
    static bool parse(std::string_view text, std::string& value, Problems& problems) {
        return detail::parse_text(text, value, problems);
    }
    static std::string schema(Schemas&) { return R"({"type":"string"})"; }
};

template <class E>
    requires std::is_enum_v<E>
struct Codec<E> {
    static constexpr auto names = enum_names<E>();
    static void write(std::string& out, E value) { append_json_string(out, enum_name(value)); }
    static bool read(JsonReader& in, E& value) {
        std::size_t index = 0;
        if (!detail::read_enum(in, names, index)) return false;
        value = enum_entries<E>[index].first;
        return true;
    }
    static bool parse(std::string_view text, E& value, Problems& problems) {
        std::size_t index = 0;
        if (!detail::parse_enum(text, names, index, problems)) return false;
        value = enum_entries<E>[index].first;
        return true;
    }
    static std::string schema(Schemas& schemas) {
        return schemas.component(&detail::type_key<E>, type_name<E>(), full_type_name<E>(), [](Schemas&) {
            return detail::enum_schema(type_name<E>(), names.data(), names.size());
        });
    }
};

template <class T>
std::string Schemas::reference() {
    return detail::schema_of<T>(*this);
}

template <class T>
std::vector<FieldSchema> Schemas::fields(Naming naming) {
    return detail::with_member_schemas<T>([&](const detail::MemberSchema* members) {
        return detail::field_schemas(*this, info_of<T>(), members, naming);
    });
}

}  // namespace chassis::model

#include "chassis/model/codec_containers.hpp"
#include "chassis/model/codec_values.hpp"
