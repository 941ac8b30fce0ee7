#pragma once
// Comparisons of arrays, element by element with broadcasting: arrays of truth values, which have no slope.
//
//   array mask = x > 0.0;
//   tensor y = where(mask & !isnan(x), x, 0.0);

#include <autodiff/write/tensor.hpp>

namespace seegrad {

enum class comparison { less, greater, less_equal, greater_equal, equal, unequal };
auto compare(comparison how, const array& a, const array& b) -> array;

enum class logic { conjunction, disjunction, exclusive };
/// Anything but 0 is true.
auto combine(logic how, const array& a, const array& b) -> array;
auto operator!(const array& a) -> array;
inline auto operator&(const array& a, const array& b) -> array { return combine(logic::conjunction, a, b); }
inline auto operator|(const array& a, const array& b) -> array { return combine(logic::disjunction, a, b); }
inline auto operator^(const array& a, const array& b) -> array { return combine(logic::exclusive, a, b); }

auto isnan(const array& x) -> array;
auto isinf(const array& x) -> array;
auto isfinite(const array& x) -> array;
auto all(const array& x) -> bool;
auto any(const array& x) -> bool;
auto count_nonzero(const array& x) -> index_t;

inline auto value_of(const array& x) -> const array& { return x; }
inline auto value_of(const tensor& x) -> const array& { return x.value(); }
template <arithmetic T>
auto value_of(T x) -> array {
  return x;
}
inline auto value_of(const scalar& x) -> array { return x.value(); }

// clang-format off
template <class A, class B> requires with_arrays<A, B>
auto operator<(const A& a, const B& b) -> array { return compare(comparison::less, value_of(a), value_of(b)); }
template <class A, class B> requires with_arrays<A, B>
auto operator>(const A& a, const B& b) -> array { return compare(comparison::greater, value_of(a), value_of(b)); }
template <class A, class B> requires with_arrays<A, B>
auto operator<=(const A& a, const B& b) -> array { return compare(comparison::less_equal, value_of(a), value_of(b)); }
template <class A, class B> requires with_arrays<A, B>
auto operator>=(const A& a, const B& b) -> array { return compare(comparison::greater_equal, value_of(a), value_of(b)); }
template <class A, class B> requires with_arrays<A, B>
auto operator==(const A& a, const B& b) -> array { return compare(comparison::equal, value_of(a), value_of(b)); }
template <class A, class B> requires with_arrays<A, B>
auto operator!=(const A& a, const B& b) -> array { return compare(comparison::unequal, value_of(a), value_of(b)); }
// clang-format on

// The words in which paragraphs make choices.
template <std::same_as<array> Mask, class A, class B>
auto pick(const Mask& mask, const A& yes, const B& no) -> tensor {
  return apply<select_op>(mask, yes, no);
}
inline auto both(const array& a, const array& b) -> array { return a & b; }

}  // namespace seegrad
