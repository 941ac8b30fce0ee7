#pragma once
// Parameters and operands of every operation, for tests that the lists of operations drive.

#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/ops/table/make_operation.hpp>
#include <doctest/doctest.h>

namespace seegrad {

inline auto in_type(std::vector<array> x, dtype type) -> std::vector<array> {
  for (auto& a : x)
    if (a.is_floating()) a = a.cast(type);
  return x;
}

// f(operation, parameters, operands), in both float types; operations on numbers with operands of several shapes.
template <class F>
auto each_case(F f) -> void {
  for (const auto type : {float64, float32}) {
    for (const auto* op : structural_operations()) {
      CAPTURE(op->name);
      for (const auto& c : op->rule->samples()) f(*op, c.parameters.get(), in_type(c.operands, type));
    }
    for (const auto* op : operations()) {
      CAPTURE(op->name);
      const auto between = [&](int i, const dims& shape) {
        const auto [low, high] = op->samples[static_cast<std::size_t>(i)];
        return (sample_values(shape, static_cast<unsigned>(i)) * ((high - low) / 5) + (high + low) / 2).cast(type);
      };
      for (const auto& shapes : {std::array<dims, 3>{{{2, 3}, {2, 3}, {2, 3}}}, {{{2, 3}, {3}, {2, 1}}}, {{{40}, {1}, {}}}}) {
        std::vector<array> x;
        for (int i = 0; i < op->arity; ++i) x.push_back(between(i, shapes[static_cast<std::size_t>(i)]));
        f(*op, nullptr, x);
      }
    }
  }
}

}  // namespace seegrad
