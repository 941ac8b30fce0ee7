#pragma once
// What a paragraph may be written over.
//
// A paragraph (see paragraph.hpp) is text over *any* number type. Plain numbers are computed with; a *lifted* number knows what to
// do when an operation is applied to it: a traced handle records it, a dual number carries its derivative along, a formula writes
// it down. A type becomes liftable by specialising `lift<T>` with a static `apply<Operation>(arguments...)`.
//
// Decisions inside a paragraph are written with `pick` and comparisons, so that a formula can show them as text.

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

namespace detail {
template <class... A>
struct first_lifted {
  using type = void;
};
template <class A, class... Rest>
struct first_lifted<A, Rest...> : first_lifted<Rest...> {};
template <lifted A, class... Rest>
struct first_lifted<A, Rest...> {
  using type = A;
};
}  // namespace detail

template <class... A>
using lifted_of = typename detail::first_lifted<A...>::type;

/// At least one operand is lifted; the others are of the same type, or plain numbers.
template <class... A>
concept operands = (lifted<A> || ...) && ((std::same_as<A, lifted_of<A...>> || arithmetic<A>)&&...);

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

template <class T>
auto pick(bool condition, const T& yes, const T& no) -> T {
  return condition ? yes : no;
}
template <class T>
  requires(!arithmetic<T>)
auto pick(bool condition, const T& yes, double no) -> T {
  return condition ? yes : T(no);
}
template <class T>
  requires(!arithmetic<T>)
auto pick(bool condition, double yes, const T& no) -> T {
  return condition ? T(yes) : no;
}
inline auto pick(bool condition, double yes, double no) -> double { return condition ? yes : no; }
inline auto both(bool a, bool b) -> bool { return a && b; }

}  // namespace seegrad
