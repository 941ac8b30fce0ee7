#pragma once
// Printing a scalar with fmt, in any format of a double: fmt::print("{:.3f}", x).

#include <autodiff/trace/traced.hpp>
#include <fmt/core.h>

template <>
struct fmt::formatter<seegrad::scalar> : fmt::formatter<double> {
  auto format(const seegrad::scalar& x, fmt::format_context& context) const -> fmt::format_context::iterator;
};
