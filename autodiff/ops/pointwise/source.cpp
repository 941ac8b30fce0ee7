#include <autodiff/ops/pointwise/source.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {

auto cpp20::number(double x) -> source {
  if (std::isnan(x)) return std::string("std::numeric_limits<double>::quiet_NaN()");
  const auto size = std::abs(x);
  auto text = std::isinf(x) ? "std::numeric_limits<double>::infinity()" : fmt::format("{}", size);
  if (text.find_first_not_of("0123456789") == std::string::npos) text += ".0";  // 1 / 2 would be 0
  return std::signbit(x) ? source("-" + text, source::prefix) : source(text);
}

auto is_of_cmath(std::string_view name) -> bool {
  // std::lgamma gives what ours does; that it also writes to a global variable is for the program to know.
  static constexpr std::string_view names[] = {
      "abs", "sqrt", "cbrt",  "hypot", "exp",    "expm1",  "exp2",  "log",  "log2", "log10",    "log1p", "pow",
      "erf", "erfc", "floor", "ceil",  "tgamma", "lgamma", "round", "fmod", "fma",  "copysign", "trunc", "sin",
      "cos", "tan",  "asin",  "acos",  "atan",   "atan2",  "sinh",  "cosh", "tanh", "asinh",    "acosh", "atanh"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

auto cpp_name(std::string_view operation, int i) -> std::string {
  return i < 0 ? fmt::format("{}_value", operation) : fmt::format("{}_d{}", operation, i);
}

}  // namespace seegrad
