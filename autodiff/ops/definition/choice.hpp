#pragma once
// Decisions inside a paragraph, over plain numbers and types that compute at once.
//
// They are written with `select` and comparisons, so that a formula can show them as text and a record can make nodes of them
// (trace/deferred.hpp).

#include <autodiff/ops/definition/number.hpp>

namespace seegrad {

/// The product in which an exact zero wins, also against infinity and NaN: what an adjoint or a tangent is multiplied by a local
/// derivative with, so that a path on which a factor is 0 counts as 0.
[[gnu::always_inline]] inline auto strong_mul(double a, double b) -> double { return a == 0 || b == 0 ? 0.0 : a * b; }

/// A number type in which a paragraph decides at once: none that records, which `select` makes a node of.
template <class T>
concept decided = !arithmetic<T> && !detail::with_arrays<T> && !requires(const T& x) { x.ref(); };

/// One of the two, as the condition is: what a paragraph writes in the place of an if.
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
/// Whether both conditions hold: what a paragraph writes in the place of &&.
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
