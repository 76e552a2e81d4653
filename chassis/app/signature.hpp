// What a handler or a provider takes and gives, read from its type: a function pointer or a lambda.
#pragma once

#include <tuple>
#include <type_traits>

#include "chassis/async/task.hpp"

namespace chassis::app::detail {

// The parameters and the result of one callable; nothing for what has no single signature.
template <class F>
struct Signature {
    static constexpr bool known = false;
    static constexpr bool changes_itself = false;
    using Result = void;
    using Parameters = std::tuple<>;
};

template <class R, class... A>
struct PlainSignature {
    static constexpr bool known = true;
    static constexpr bool changes_itself = false;
    using Result = R;
    using Parameters = std::tuple<A...>;
};

template <class R, class... A>
struct Signature<R (*)(A...)> : PlainSignature<R, A...> {};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : PlainSignature<R, A...> {};

template <class Member>
struct MemberSignature;
template <class C, class R, class... A>
struct MemberSignature<R (C::*)(A...) const> : PlainSignature<R, A...> {};
template <class C, class R, class... A>
struct MemberSignature<R (C::*)(A...) const noexcept> : PlainSignature<R, A...> {};
template <class C, class R, class... A>
struct MemberSignature<R (C::*)(A...)> : PlainSignature<R, A...> {
    static constexpr bool changes_itself = true;
};
template <class C, class R, class... A>
struct MemberSignature<R (C::*)(A...) noexcept> : MemberSignature<R (C::*)(A...)> {};

template <class F>
    requires requires { &F::operator(); }
struct Signature<F> : MemberSignature<decltype(&F::operator())> {};

template <class T>
struct TaskResult {
    static constexpr bool waits = false;
    using Type = T;
};
template <class T>
struct TaskResult<async::Task<T>> {
    static constexpr bool waits = true;
    using Type = T;
};

// Said in one place, so that every way of registering a callable says the same.
template <class F>
constexpr bool check_callable() {
    static_assert(Signature<F>::known,
                  "a handler has one list of parameter types: a generic lambda (auto parameters) or an object with "
                  "several call operators has none; name the types");
    static_assert(!Signature<F>::changes_itself,
                  "a handler is called by several threads at once: a mutable lambda cannot be one; keep what changes "
                  "in an object that is safe for that and share it");
    return Signature<F>::known && !Signature<F>::changes_itself;
}

}  // namespace chassis::app::detail
