// Codecs of optionals, lists, arrays, maps and variants. Included by codec.hpp.
#pragma once

#include "chassis/model/codec.hpp"

namespace chassis::model {

namespace detail {

// The non-template halves, in codec.cpp.
bool refuse_list(JsonReader& in);
bool refuse_tuple(JsonReader& in);
bool refuse_map(JsonReader& in);
void refuse_duplicate(JsonReader& in);
void note_short_tuple(JsonReader& in, std::size_t size, std::size_t wanted, JsonReader::Mark start);
void note_long_tuple(JsonReader& in, std::size_t size, std::size_t wanted, JsonReader::Mark start);

/// Looks for the member "type" of the object that comes next and goes back to its start. False when there is none, or
/// no object; the problem is noted and the value skipped.
bool find_tag(JsonReader& in, std::span<const std::string_view> tags, std::size_t& index);

std::string tagged_schema(const std::vector<std::string>& alternatives, std::span<const std::string_view> tags);

/// An alternative of a variant in a problem's place, as pydantic names it.
template <class T>
constexpr std::string_view alternative_name() {
    if constexpr (std::same_as<T, bool>) {
        return "bool";
    } else if constexpr (std::integral<T>) {
        return "int";
    } else if constexpr (std::floating_point<T>) {
        return "float";
    } else if constexpr (std::same_as<T, std::string>) {
        return "str";
    } else if constexpr (HasSize<T>) {
        return IsMap<T> ? "dict" : "list";
    } else {
        return type_name<T>();
    }
}

}  // namespace detail

/// Null, or left out, is no value.
template <class T>
struct Codec<std::optional<T>> {
    static void write(std::string& out, const std::optional<T>& value) {
        if (value) {
            Codec<T>::write(out, *value);
        } else {
            out += "null";
        }
    }
    static bool read(JsonReader& in, std::optional<T>& value) {
        if (in.peek() == JsonReader::Kind::null) {
            in.read_null();
            value.reset();
            return true;
        }
        return Codec<T>::read(in, value.emplace());
    }
    static bool parse(std::string_view text, std::optional<T>& value, Problems& problems)
        requires Parsable<T>
    {
        return Codec<T>::parse(text, value.emplace(), problems);
    }
    static std::string schema(Schemas& schemas) { return detail::schema_of<std::optional<T>>(schemas); }
};

template <class T>
struct Codec<std::vector<T>> {
    static void write(std::string& out, const std::vector<T>& values) {
        out += '[';
        bool follows = false;
        for (const auto& value : values) {
            if (follows) out += ',';
            follows = true;
            Codec<T>::write(out, value);
        }
        out += ']';
    }
    static bool read(JsonReader& in, std::vector<T>& values) {
        if (in.peek() != JsonReader::Kind::array) return detail::refuse_list(in);
        values.clear();
        bool all_well = true;
        std::int64_t index = 0;
        for (bool more = in.enter_array(); more; more = in.next_element()) {
            const Problems::Step step(in.problems(), index++);
            T value{};
            if (!Codec<T>::read(in, value)) all_well = false;
            values.push_back(std::move(value));
        }
        return all_well;
    }
    static std::string schema(Schemas& schemas) {
        return R"({"items":)" + detail::schema_of<T>(schemas) + R"(,"type":"array"})";
    }
};

template <class T, std::size_t N>
struct Codec<std::array<T, N>> {
    static void write(std::string& out, const std::array<T, N>& values) {
        out += '[';
        for (std::size_t i = 0; i < N; ++i) {
            if (i > 0) out += ',';
            Codec<T>::write(out, values[i]);
        }
        out += ']';
    }
    static bool read(JsonReader& in, std::array<T, N>& values) {
        if (in.peek() != JsonReader::Kind::array) return detail::refuse_tuple(in);
        const JsonReader::Mark start = in.mark();
        bool all_well = true;
        std::size_t size = 0;
        for (bool more = in.enter_array(); more; more = in.next_element(), ++size) {
            const Problems::Step step(in.problems(), static_cast<std::int64_t>(size));
            if (size >= N) {
                in.skip_value();
            } else if (!Codec<T>::read(in, values[size])) {
                all_well = false;
            }
        }
        if (size < N) detail::note_short_tuple(in, size, N, start);
        if (size > N) detail::note_long_tuple(in, size, N, start);
        return all_well && size == N;
    }
    static std::string schema(Schemas& schemas) {
        const std::string size = std::to_string(N);
        return R"({"items":)" + detail::schema_of<T>(schemas) + R"(,"type":"array","maxItems":)" + size +
               R"(,"minItems":)" + size + '}';
    }
};

/// An object; keys that are no strings are written as their text.
template <detail::IsMap Map>
struct Codec<Map> {
    using Key = typename Map::key_type;
    using Value = typename Map::mapped_type;
    static_assert(Parsable<Key>, "the key of a map in a model can be read from text: a string, integer, enum or id");

    static void write(std::string& out, const Map& map) {
        out += '{';
        bool follows = false;
        for (const auto& [key, value] : map) {
            if (follows) out += ',';
            follows = true;
            write_key(out, key);
            out += ':';
            Codec<Value>::write(out, value);
        }
        out += '}';
    }
    static bool read(JsonReader& in, Map& map) {
        if (in.peek() != JsonReader::Kind::object) return detail::refuse_map(in);
        map.clear();
        bool all_well = true;
        std::string scratch;
        for (bool more = in.enter_object(); more; more = in.next_member()) {
            const std::string name(in.key(scratch));
            const Problems::Step step(in.problems(), name);
            Key key{};
            bool key_reads = true;
            {
                const Problems::Step at_key(in.problems(), "[key]");
                key_reads = Codec<Key>::parse(name, key, in.problems());
            }
            if (key_reads && map.contains(key)) {
                detail::refuse_duplicate(in);
                all_well = false;
                continue;
            }
            Value value{};
            if (!Codec<Value>::read(in, value) || !key_reads) {
                all_well = false;
                // Only its key counts from here on, to notice a second one.
                value = Value{};
            }
            if (key_reads) map.emplace(std::move(key), std::move(value));
        }
        return all_well;
    }
    static std::string schema(Schemas& schemas) {
        std::string schema = R"({"additionalProperties":)" + detail::schema_of<Value>(schemas) + R"(,"type":"object")";
        if constexpr (detail::IsInteger<Key>) schema += R"(,"propertyNames":{"pattern":"^-?[0-9]+$"})";
        if constexpr (!std::same_as<Key, std::string> && !detail::IsInteger<Key>) {
            schema += R"(,"propertyNames":)" + detail::schema_of<Key>(schemas);
        }
        return schema + '}';
    }

  private:
    static void write_key(std::string& out, const Key& key) {
        const std::size_t start = out.size();
        Codec<Key>::write(out, key);
        if (out[start] == '"') return;
        out.insert(start, 1, '"');
        out += '"';
    }
};

/// With a tag in every alternative (`static constexpr std::string_view tag = "card";`) the member "type" tells which it
/// is; otherwise it is the first that the value fits.
template <class... Alternative>
struct Codec<std::variant<Alternative...>> {
    using Variant = std::variant<Alternative...>;
    static constexpr bool tagged = (detail::IsTagged<Alternative> && ...);

    static void write(std::string& out, const Variant& variant) {
        std::visit([&]<class T>(const T& value) { Codec<T>::write(out, value); }, variant);
    }

    static bool read(JsonReader& in, Variant& variant) {
        if constexpr (tagged) {
            static constexpr std::array<std::string_view, sizeof...(Alternative)> tags{Alternative::tag...};
            std::size_t chosen = 0;
            if (!detail::find_tag(in, tags, chosen)) return false;
            std::size_t index = 0;
            bool well = false;
            ((index++ == chosen ? void(well = read_tagged<Alternative>(in, variant)) : void()), ...);
            return well;
        } else {
            const std::size_t before = in.problems().size();
            const bool well = (read_fitting<Alternative>(in, variant) || ...);
            if (well) in.problems().shrink(before);
            if (!well) in.skip_value();
            return well;
        }
    }

    static std::string schema(Schemas& schemas) {
        if constexpr (tagged) {
            static constexpr std::array<std::string_view, sizeof...(Alternative)> tags{Alternative::tag...};
            return detail::tagged_schema({Codec<Alternative>::schema(schemas)...}, tags);
        } else {
            std::string schema = R"({"anyOf":[)";
            ((schema += detail::schema_of<Alternative>(schemas) + ','), ...);
            schema.back() = ']';
            return schema + '}';
        }
    }

  private:
    template <class T>
    static bool read_tagged(JsonReader& in, Variant& variant) {
        const Problems::Step step(in.problems(), std::string_view(T::tag));
        return Codec<T>::read(in, variant.template emplace<T>());
    }
    template <class T>
    static bool read_fitting(JsonReader& in, Variant& variant) {
        const JsonReader::Mark start = in.mark();
        const std::size_t before = in.problems().size();
        const Problems::Step step(in.problems(), detail::alternative_name<T>());
        if (Codec<T>::read(in, variant.template emplace<T>()) && in.problems().size() == before) return true;
        in.back_to(start);
        return false;
    }
};

}  // namespace chassis::model
