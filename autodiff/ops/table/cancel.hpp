#pragma once
// A cotangent without one of its factors, while a derivative is recorded.
//
// The gradient of square(norm(x)) is recorded as 2 y times x / y with y = norm(x). At 0 the quotient has no slope, and a zero times it
// counts as 0, so that the second derivative would be 0 instead of 2. Where an operation says what its result times its slope is
// (`yd0` in its paragraph), and the result is a factor of the cotangent, the two are multiplied before the quotient is made.

#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/ops/table/make_operation.hpp>
#include <optional>

namespace seegrad::detail {

/// Whether two nodes are one, or compute the same of the same, as norm(x) * norm(x) does twice.
inline auto is_same_computation(const graph& g, node_id a, node_id b, int depth = 6) -> bool {
  if (a == b) return true;
  if (depth == 0 || g.op(a) != g.op(b)) return false;
  if (g.is_leaf(a)) return g.is_constant(a) && g.is_constant(b) && !g.is_tensor(a) && !g.is_tensor(b) && g.value(a) == g.value(b);
  const auto x = g.operands(a), z = g.operands(b);
  if (x.size() != z.size() || g.is_tensor_node(a) != g.is_tensor_node(b)) return false;
  if (g.is_tensor_node(a) &&
      !same_parameters(*g.op(a), g.tensor_node_at(a).parameters.get(), g.tensor_node_at(b).parameters.get()))
    return false;
  for (int i = 0; i < x.size(); ++i)
    if (!is_same_computation(g, x[i], z[i], depth - 1)) return false;
  return true;
}

/// The number or tensor whose product with y is g, as far as products and signs among the last nodes show it.
template <class T>
auto without_factor(const T& g, const T& y, int depth = 6) -> std::optional<T> {
  if (g.is_constant() || y.is_constant() || depth == 0) return {};
  const auto& record = graph::active();
  const auto k = record.id(g.ref(), "recorded_gradient");
  if (is_same_computation(record, k, record.id(y.ref(), "recorded_gradient"))) return T(1.0);
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
