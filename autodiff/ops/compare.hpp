#pragma once
// Truth of whole arrays, and the words in which paragraphs over arrays make choices; the comparisons themselves are in comparison.hpp.
//
//   tensor y = where((x > 0.0) & !isnan(x), x, 0.0);
//   if (any(x > 10.0)) …                  // of a recorded tensor this reads a value: the program's own branch

#include <autodiff/ops/piecewise.hpp>
#include <autodiff/write/tensor.hpp>

namespace seegrad {

auto all(const array& x) -> bool;
auto any(const array& x) -> bool;
auto count_nonzero(const array& x) -> index_t;

template <class Mask, class A, class B>
  requires with_arrays<Mask>
auto pick(const Mask& mask, const A& yes, const B& no) {
  return apply<select_op>(mask, yes, no);
}
template <class A>
  requires with_arrays<A>
auto both(const A& a, const A& b) {
  return apply<logical_and_op>(a, b);
}

}  // namespace seegrad
