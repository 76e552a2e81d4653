// Fills the parameters of a handler or a provider: what each needs is found once, at start; a request only follows it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "chassis/app/argument.hpp"
#include "chassis/app/call.hpp"
#include "chassis/app/signature.hpp"
#include "chassis/app/type_name.hpp"

namespace chassis::app {

/// True for a type that many threads may change at once; then a handler may take it as `T&`. A class says so itself
/// with `static constexpr bool thread_safe = true;`, for others the variable is specialised.
template <class T>
inline constexpr bool thread_safe = requires { requires T::thread_safe; };

/// Looks up, at start, what parameters need. Missing things are noted, so that all of them are told at once.
class Binder {
  public:
    /// The object shared as this type, or null.
    virtual void* shared(detail::TypeKey type, std::string_view name) = 0;
    /// The number of the provider of this type, or ProviderPlan::unused.
    virtual std::uint32_t provider(detail::TypeKey type, std::string_view name) = 0;
    /// The argument works on idempotent routes only; `name` is what asks for it.
    virtual void needs_idempotency(std::string_view name) = 0;

  protected:
    ~Binder() = default;
};

namespace detail {

struct Binding {
    void* shared = nullptr;
    // The placeholder's place in the path, or the provider's number.
    std::uint32_t number = 0;
};

enum class Kind { path, argument, request, background, shared, provided };

template <class T>
consteval bool check_reference() {
    using Plain = std::remove_cvref_t<T>;
    static_assert(!std::is_rvalue_reference_v<T>, "a parameter is a value or a reference, not an rvalue reference");
    static_assert(std::is_const_v<std::remove_reference_t<T>> || thread_safe<Plain>,
                  "a shared object is used by several threads at once: take it as const T&, or, when its type is safe "
                  "for that, specialise chassis::app::thread_safe<T>");
    return true;
}

template <class T>
consteval Kind kind_of() {
    using Plain = std::remove_cvref_t<T>;
    static_assert(!std::is_pointer_v<Plain>,
                  "a parameter is a value (of this request) or a reference (of the service)");
    if constexpr (std::is_reference_v<T>) {
        if constexpr (std::is_same_v<Plain, http::Request>) {
            return Kind::request;
        } else if constexpr (std::is_same_v<Plain, BackgroundTasks>) {
            return Kind::background;
        } else {
            static_assert(check_reference<T>());
            return Kind::shared;
        }
    } else {
        static_assert(!std::is_same_v<Plain, http::Request> && !std::is_same_v<Plain, BackgroundTasks>,
                      "Request and BackgroundTasks are taken by reference");
        static_assert(!std::is_same_v<Plain, bool> && !std::is_floating_point_v<Plain>,
                      "a bool or a floating point number is not read from the path: take it in a Query<Model>");
        if constexpr (PathScalar<Plain>) {
            return Kind::path;
        } else if constexpr (HasArgument<Plain>) {
            return Kind::argument;
        } else {
            static_assert(std::is_copy_constructible_v<Plain>,
                          "what a provider gives is copied to everyone who asks for it: the type cannot be copied");
            return Kind::provided;
        }
    }
}

// Room for one argument until the call: a reference as a pointer, a value made only when it could be read.
template <class A>
struct Filled {
    std::optional<A> value;
    bool there() const noexcept { return value.has_value(); }
    A take() { return std::move(*value); }
};
template <class A>
    requires std::is_reference_v<A>
struct Filled<A> {
    std::remove_reference_t<A>* value = nullptr;
    bool there() const noexcept { return true; }
    A take() { return static_cast<A>(*value); }
};

template <class T>
T read_path(Call& call, std::uint32_t index) {
    std::string room;
    return model::from_text<T>(call.path_value(index, room), {});
}

// Runs `read`; a ValidationError is noted in the call instead.
template <class T, class Read>
void fill_or_refuse(std::optional<T>& value, Call& call, std::string_view where, std::string_view name, Read read) {
    try {
        value.emplace(read());
    } catch (model::ValidationError& error) {
        call.refuse(std::move(error), where, name);
    }
}

template <class A>
void fill(Filled<A>& filled, const Binding& binding, Call& call) {
    constexpr Kind kind = kind_of<A>();
    using Plain = std::remove_cvref_t<A>;
    if constexpr (kind == Kind::request) {
        filled.value = &call.request;
    } else if constexpr (kind == Kind::background) {
        filled.value = &call.background();
    } else if constexpr (kind == Kind::shared) {
        filled.value = static_cast<Plain*>(binding.shared);
    } else if constexpr (kind == Kind::path) {
        fill_or_refuse(filled.value, call, "path", call.operation.placeholders[binding.number],
                       [&] { return read_path<A>(call, binding.number); });
    } else if constexpr (kind == Kind::argument) {
        std::string_view where;
        if constexpr (requires { Argument<A>::where; }) where = Argument<A>::where;
        fill_or_refuse(filled.value, call, where, {}, [&] { return Argument<A>::read(call); });
    } else {
        if (auto* made = static_cast<const A*>(call.provided(binding.number))) filled.value.emplace(*made);
    }
}

template <class A>
Binding bind(Binder& binder, std::uint32_t& placeholder) {
    constexpr Kind kind = kind_of<A>();
    using Plain = std::remove_cvref_t<A>;
    Binding binding;
    if constexpr (kind == Kind::shared) {
        binding.shared = binder.shared(type_key<Plain>(), type_name<Plain>());
    } else if constexpr (kind == Kind::path) {
        binding.number = placeholder++;
    } else if constexpr (kind == Kind::provided) {
        binding.number = binder.provider(type_key<Plain>(), type_name<Plain>());
    } else if constexpr (kind == Kind::argument) {
        if constexpr (requires { Argument<A>::bind(binder); }) Argument<A>::bind(binder);
    }
    return binding;
}

void describe_placeholder(Description& description, std::uint32_t index, std::string schema);

template <class A>
void describe(Description& description, std::uint32_t& placeholder) {
    constexpr Kind kind = kind_of<A>();
    if constexpr (kind == Kind::path) {
        describe_placeholder(description, placeholder++, description.schemas.template reference<A>());
    } else if constexpr (kind == Kind::argument) {
        Argument<A>::describe(description);
    }
}

}  // namespace detail

/// The parameters of one callable, given as a tuple of their types.
template <class Types>
class Parameters;

template <class... A>
class Parameters<std::tuple<A...>> {
  public:
    using Values = std::tuple<detail::Filled<A>...>;

    void bind(Binder& binder) {
        [[maybe_unused]] std::uint32_t placeholder = 0;
        bindings_ = {detail::bind<A>(binder, placeholder)...};
    }

    void describe(Description& description) const {
        [[maybe_unused]] std::uint32_t placeholder = 0;
        (detail::describe<A>(description, placeholder), ...);
    }

    /// Reads every argument, whatever happens to the others; false when one is missing, and the call knows why.
    bool fill(Call& call, Values& values) const { return fill(call, values, std::index_sequence_for<A...>{}); }

    template <class F>
    static decltype(auto) apply(const F& f, Values& values) {
        return std::apply([&f](auto&... filled) -> decltype(auto) { return f(filled.take()...); }, values);
    }

  private:
    template <std::size_t... I>
    bool fill([[maybe_unused]] Call& call, [[maybe_unused]] Values& values, std::index_sequence<I...>) const {
        (detail::fill<A>(std::get<I>(values), bindings_[I], call), ...);
        return (true && ... && std::get<I>(values).there());
    }

    std::array<detail::Binding, sizeof...(A)> bindings_{};
};

}  // namespace chassis::app
