#pragma once
// The samples of operations on arrays, and what tests do with their operands.

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <vector>

namespace seegrad {

inline auto inputs(const std::vector<array>& x) -> std::vector<tensor> {
  std::vector<tensor> t;
  for (const auto& a : x) t.push_back(a.is_floating() ? input(a) : tensor(a));  // an index is no variable
  return t;
}

// Operands of another size or type, an index as it is.
template <class F>
auto changed(std::vector<array> x, F f) -> std::vector<array> {
  for (auto& a : x)
    if (a.is_floating()) a = f(a);
  return x;
}

inline auto flat(const array& x) -> std::vector<double> { return x.to_vector<double>(); }
/// Equal in shape, type and every number; NaN is equal to NaN here.
inline auto same_numbers(const array& a, const array& b) -> bool {
  if (a.shape() != b.shape() || a.type() != b.type()) return false;
  const auto x = flat(a.cast(float64)), y = flat(b.cast(float64));
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] != y[i] && (x[i] == x[i] || y[i] == y[i])) return false;
  return true;
}

/// f(operation, sample), of those whose results have slopes.
template <class F>
auto each_case(F check) -> void {
  for (const auto* op : structural_operations()) {
    int number = 0;
    for (const auto& c : op->rule->samples()) {
      CAPTURE(op->name);
      CAPTURE(number);
      ++number;
      if (op->rule->value(c.parameters.get(), c.operands).is_floating()) check(*op, c);
    }
    CHECK_MESSAGE(number > 0, op->name);
  }
}

}  // namespace seegrad
