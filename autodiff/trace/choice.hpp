#pragma once
// What paragraphs need of arrays beside `select`, to make choices.

#include <autodiff/ops/pointwise/piecewise.hpp>
#include <autodiff/trace/tensor.hpp>

namespace seegrad {

template <class A>
  requires detail::with_arrays<A>
auto both(const A& a, const A& b) {
  return apply<logical_and_op>(a, b);
}

}  // namespace seegrad
