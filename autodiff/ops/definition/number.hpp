#pragma once
// What a paragraph may be written over.
//
// A paragraph (see paragraph.hpp) is text over *any* number type. Plain numbers are computed with; a *lifted* number knows what to
// do when an operation is applied to it: a traced handle records it, a dual number carries its derivative along, a formula writes
// it down. A type becomes liftable by specialising `lift<T>` with a static `apply<Operation>(arguments...)`.

#include <cmath>
#include <concepts>
#include <type_traits>

namespace seegrad {

using std::abs, std::sqrt, std::cbrt, std::hypot, std::exp, std::exp2, std::expm1, std::log, std::log2, std::log10, std::log1p,
    std::pow;
using std::erf, std::erfc, std::tgamma, std::floor, std::ceil, std::round, std::trunc, std::fmod, std::fma, std::copysign;
using std::sin, std::cos, std::tan, std::asin, std::acos, std::atan, std::atan2, std::sinh, std::cosh, std::tanh, std::asinh,
    std::acosh, std::atanh;

/// A number type that C++ has built in.
template <class T>
concept arithmetic = std::is_arithmetic_v<T>;

/// Specialised for a number type that operations are applied to: its `apply<Op>(arguments…)` says what becomes of one.
template <class T>
struct lift;

/// A number type that operations are applied to.
template <class T>
concept lifted = requires { sizeof(lift<std::remove_cvref_t<T>>); };

/// What two different lifted types make together; specialised, with a member `type`, for those that mix: an array and a handle make a
/// traced array.
template <class A, class B>
struct meeting {};

namespace detail {

template <class T>
struct one_type {
  using type = T;
};
struct unmixable {};

template <class A, class B>
constexpr auto met() {
  if constexpr (std::same_as<A, unmixable> || std::same_as<B, unmixable>) return one_type<unmixable>{};
  else if constexpr (arithmetic<B>) return one_type<A>{};
  else if constexpr (!lifted<B>) return one_type<unmixable>{};
  else if constexpr (std::is_void_v<A> || std::same_as<A, B>) return one_type<B>{};
  else if constexpr (requires { typename meeting<A, B>::type; }) return one_type<typename meeting<A, B>::type>{};
  else return one_type<unmixable>{};
}

template <class So, class... A>
struct meet_all {
  using type = So;
};
template <class So, class A, class... Rest>
struct meet_all<So, A, Rest...> : meet_all<typename decltype(met<So, A>())::type, Rest...> {};

/// The type in which an operation on these operands happens; void if all are plain numbers.
template <class... A>
using lifted_of = typename detail::meet_all<void, std::remove_cvref_t<A>...>::type;
}  // namespace detail

/// At least one operand is lifted, and the others are of the same type, of one that mixes with it, or plain numbers.
template <class... A>
concept operands = (lifted<A> || ...) && !std::same_as<detail::lifted_of<A...>, detail::unmixable>;

/// Applies the operation to lifted numbers, mixed with plain ones. Functions hand on whether an operand is a temporary, which matters to
/// expressions (trace/fused.hpp).
template <class Op, class... A>
  requires operands<A...>
[[gnu::always_inline]] inline auto apply(A&&... a) {
  return lift<detail::lifted_of<A...>>::template apply<Op>(static_cast<A&&>(a)...);
}

/// A product that a compiler must not make one operation with the sum behind it, as it does for batches: a program's machine code takes both
/// as they are written.
template <class T>
constexpr auto rounded(const T& x) -> T {
  return x;
}

/// Applies it to plain numbers.
template <class Op, arithmetic... A>
auto apply(A... a) -> double {
  return Op::value(static_cast<double>(a)...);
}

/// What a function that <cmath> does not have accepts.
template <class... A>
concept numbers = operands<A...> || (arithmetic<std::remove_cvref_t<A>> && ...);

namespace detail {
/// Among the operands is an array, traced or not.
template <class... A>
concept with_arrays = requires { lift<lifted_of<A...>>::is_array; };
}  // namespace detail

}  // namespace seegrad
