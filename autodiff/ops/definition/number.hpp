#pragma once
// What a paragraph may be written over.
//
// A paragraph (see paragraph.hpp) is text over *any* number type. Plain numbers are computed with; a *lifted* number knows what to
// do when an operation is applied to it: a traced handle records it, a dual number carries its derivative along, a formula writes
// it down. A type becomes liftable by specialising `lift<T>` with a static `apply<Operation>(arguments...)`.
//
// Decisions inside a paragraph are written with `select` and comparisons, so that a formula can show them as text.

#include <cmath>
#include <concepts>
#include <type_traits>

namespace seegrad {

using std::abs, std::sqrt, std::cbrt, std::hypot, std::exp, std::exp2, std::expm1, std::log, std::log2, std::log10, std::log1p,
    std::pow;
using std::erf, std::erfc, std::tgamma, std::floor, std::ceil, std::round, std::trunc, std::fmod, std::fma, std::copysign;
using std::sin, std::cos, std::tan, std::asin, std::acos, std::atan, std::atan2, std::sinh, std::cosh, std::tanh, std::asinh,
    std::acosh, std::atanh;

template <class T>
concept arithmetic = std::is_arithmetic_v<T>;

template <class T>
struct lift;

template <class T>
concept lifted = requires { sizeof(lift<T>); };

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

}  // namespace detail

/// The type in which an operation on these operands happens; void if all are plain numbers.
template <class... A>
using lifted_of = typename detail::meet_all<void, A...>::type;

/// At least one operand is lifted, and the others are of the same type, of one that mixes with it, or plain numbers.
template <class... A>
concept operands = (lifted<A> || ...) && !std::same_as<lifted_of<A...>, detail::unmixable>;

/// Applies the operation to lifted numbers, mixed with plain ones.
template <class Op, class... A>
  requires operands<A...>
[[gnu::always_inline]] inline auto apply(const A&... a) -> lifted_of<A...> {
  return lift<lifted_of<A...>>::template apply<Op>(a...);
}

/// Applies it to plain numbers.
template <class Op, arithmetic... A>
auto apply(A... a) -> double {
  return Op::value(static_cast<double>(a)...);
}

/// What a function that <cmath> does not have accepts.
template <class... A>
concept numbers = operands<A...> || (arithmetic<A> && ...);

/// Among the operands is an array, traced or not.
template <class... A>
concept with_arrays = requires { lift<lifted_of<A...>>::is_array; };

/// The product in which an exact zero wins, also against infinity and NaN: what an adjoint or a tangent is multiplied by a local
/// derivative with, so that a path on which a factor is 0 counts as 0.
[[gnu::always_inline]] inline auto strong_mul(double a, double b) -> double { return a == 0 || b == 0 ? 0.0 : a * b; }

/// A number type in which a paragraph decides at once: none that records, which `select` makes a node of.
template <class T>
concept decided = !arithmetic<T> && !with_arrays<T> && !requires(const T& x) { x.ref(); };

template <decided T>
auto select(bool condition, const T& yes, const T& no) -> T {
  return condition ? yes : no;
}
template <decided T>
auto select(bool condition, const T& yes, double no) -> T {
  return condition ? yes : T(no);
}
template <decided T>
auto select(bool condition, double yes, const T& no) -> T {
  return condition ? T(yes) : no;
}
inline auto select(bool condition, double yes, double no) -> double { return condition ? yes : no; }
inline auto both(bool a, bool b) -> bool { return a && b; }

namespace detail {
// Out of line, so that a loop around it keeps its numbers in registers.
template <class F>
[[gnu::cold, gnu::noinline]] auto computed_apart(F f) -> double {
  return static_cast<double>(f());
}
}  // namespace detail

/// select, for a formula that is dear and seldom wanted: of plain numbers, alone or in a batch, it is computed only where the condition
/// holds. `yes` has copies of what it needs.
template <class C, class F, class N>
[[gnu::always_inline]] inline auto select_seldom(const C& condition, F yes, const N& no) {
  if constexpr (std::same_as<C, bool> && arithmetic<N>) {
    if (condition) [[unlikely]]
      return static_cast<N>(detail::computed_apart(yes));
    return no;
  } else if constexpr (requires { none(condition); }) return none(condition) ? no : select(condition, yes(), no);
  else return select(condition, yes(), no);
}

}  // namespace seegrad
