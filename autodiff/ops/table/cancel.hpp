#pragma once
// A cotangent without one of its factors, while a derivative is recorded.
//
// The gradient of square(norm(x)) is recorded as 2 y times x / y with y = norm(x). At 0 the quotient has no slope, and a zero times it
// counts as 0, so that the second derivative would be 0 instead of 2. Where an operation says what its result times its slope is
// (`yd0` in its paragraph), and the result is a factor of the cotangent, the two are multiplied before the quotient is made.

#include <autodiff/ops/table/make_operation.hpp>
#include <optional>

namespace seegrad::detail {

/// The number or tensor whose product with y is g, as far as products and signs among the last nodes show it.
template <class T>
auto without_factor(const T& g, const T& y, int depth = 6) -> std::optional<T> {
  if (g.is_constant() || y.is_constant() || depth == 0) return {};
  if (g.ref() == y.ref()) return T(1.0);
  const auto& record = graph::active();
  const auto k = record.id(g.ref(), "recorded_gradient");
  const auto* op = record.op(k);
  const bool is_negative = op == &operation_of<neg_op>();
  if (!is_negative && op != &operation_of<mul_op>() && op != &operation_of<strong_mul_op>()) return {};
  constexpr auto handle_of = [](node_id n) {
    if constexpr (std::same_as<T, scalar>) return handle(n);
    else return tensor_handle(n);
  };
  // Recording may move the graph's table of operands.
  const auto operands = record.operands(k);
  const auto first = operands[0], second = operands[is_negative ? 0 : 1];
  if (auto rest = without_factor(handle_of(first), y, depth - 1)) return is_negative ? -*rest : *rest * handle_of(second);
  if (is_negative) return {};
  if (auto rest = without_factor(handle_of(second), y, depth - 1)) return handle_of(first) * *rest;
  return {};
}

}  // namespace seegrad::detail
