#pragma once
// The words in which paragraphs over arrays make choices.

#include <autodiff/ops/pointwise/piecewise.hpp>
#include <autodiff/trace/tensor.hpp>

namespace seegrad {

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
