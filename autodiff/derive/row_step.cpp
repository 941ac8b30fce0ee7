// The reverse sweep's step through a node with arrays.

#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/sweep.hpp>
#include <autodiff/ops/pointwise.hpp>
#include <optional>

namespace seegrad {

auto reverse_sweep::row_step(graph& g, node_id k, double* numbers, adjoints kept) -> void {
  auto& r = g.rows_[g.row_number(k)];
  const bool is_number = r.value.is_null();
  if (is_number ? numbers[k] == 0 : r.adjoint.is_null()) return;
  const array cotangent = is_number ? array(numbers[k]) : kept == adjoints::inputs ? std::move(r.adjoint) : r.adjoint;
  if (!r.op->is_structural()) return pointwise_step(g, r, numbers, cotangent);
  std::optional<node_of_arrays> n;
  const auto y = is_number ? array(g.value(k)) : r.value;
  int i = -1;
  for (auto o : g.operands(k)) {
    ++i;
    if (!g.is_differentiable(o)) continue;
    if (!n) n.emplace(g, k);
    auto* adjoint = g.is_tensor(o) ? &g.rows_[g.row_number(o)].adjoint : nullptr;
    if (!adjoint) numbers[o] += n->vjp(i, y, cotangent).item();
    else if (adjoint->is_null()) *adjoint = n->vjp(i, y, cotangent);
    else n->vjp_into(*adjoint, i, y, cotangent);
  }
}

// Of small arrays there are many, so that here nothing is made or counted that is not needed.
auto reverse_sweep::pointwise_step(graph& g, const tensor_row& r, double* numbers, const array& cotangent) -> void {
  const auto* ids = g.wide_.data() + r.first;
  const auto& op = *r.op;
  const array* x[max_arity];
  array made[max_arity];
  tensor_row* target[max_arity];
  for (std::uint32_t i = 0; i < r.count; ++i) {
    const bool whole = g.is_tensor(ids[i]);
    target[i] = whole ? &g.rows_[g.row_number(ids[i])] : nullptr;
    if (!whole) made[i] = g.value(ids[i]);
    x[i] = whole ? &target[i]->value : &made[i];
  }
  for (std::uint32_t i = 0; i < r.count; ++i) {
    if (!g.is_differentiable(ids[i])) continue;
    const auto slot = static_cast<int>(i);
    if (!target[i]) numbers[ids[i]] += pull_pointwise(op, slot, {x, r.count}, r.value, cotangent).item();
    else if (auto& adjoint = target[i]->adjoint; hands_on(op, slot, *x[i], cotangent)) {
      if (adjoint.is_null()) adjoint = cotangent;
      else add_into(adjoint, cotangent);
    } else if (adjoint.is_null()) adjoint = pull_pointwise(op, slot, {x, r.count}, r.value, cotangent);
    else pull_pointwise_into(adjoint, op, slot, {x, r.count}, r.value, cotangent);
  }
}

}  // namespace seegrad
