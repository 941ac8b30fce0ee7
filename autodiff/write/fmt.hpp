#pragma once
// Printing a scalar with fmt, in any format of a double: fmt::print("{:.3f}", x).

#include <autodiff/write/traced.hpp>
#include <fmt/format.h>

template <>
struct fmt::formatter<seegrad::scalar> : fmt::formatter<double> {
  template <class Context>
  auto format(const seegrad::scalar& x, Context& context) const {
    return fmt::formatter<double>::format(x.value(), context);
  }
};
