#pragma once
// An array along one of its axes, line by line.

#include <autodiff/array/array.hpp>

namespace seegrad::detail {

/// f(first element of a line along the axis, distance of its elements, their number) in a contiguous copy of x.
template <class T, class F>
auto each_line(array& x, int axis, F f) -> void {
  const auto n = x.shape()[axis], step = x.strides()[axis];
  if (x.size() == 0) return;
  auto* data = x.writable<T>().data();
  for (index_t outer = 0; outer < x.size(); outer += n * step)
    for (index_t inner = 0; inner < step; ++inner) f(data + outer + inner, step, n);
}

}  // namespace seegrad::detail
