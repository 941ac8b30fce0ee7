#pragma once
// A function of Python's as the library calls it.

#include "point.hpp"

namespace seegrad::python {

struct python_function {
  py::function f;
  /// Of all its arguments, in a tuple.
  auto operator()(const plain_point& x) const -> plain_point { return {f(*x.is)}; }
  /// Of one array.
  auto operator()(const tensor& x) const -> plain_point { return {f(give(x))}; }
};
using traced_function = seegrad::traced<python_function>;

}  // namespace seegrad::python
