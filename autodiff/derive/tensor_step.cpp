// The reverse sweep's step through a node with arrays.

#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/sweep.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <optional>

namespace seegrad::detail {

auto reverse_sweep::tensor_step(sweep_state& s, node_id k) -> void {
  const auto& g = *s.g;
  const auto& r = g.tensor_node_at(k);
  const bool is_number = r.value.is_null();
  if (is_number ? s.adjoints[k] == 0 : s.array_at(k).is_null()) return;
  const array cotangent = is_number                    ? array(s.adjoints[k])
                          : s.kept == adjoints::inputs ? std::move(s.array_at(k))
                                                       : s.array_at(k);
  if (!r.op->is_structural()) return pointwise_step(s, r, cotangent);
  std::optional<node_of_arrays> n;
  const auto y = is_number ? array(g.value(k)) : r.value;
  int i = -1;
  for (auto o : g.operands(k)) {
    ++i;
    if (!s.takes(o)) continue;
    if (!n) n.emplace(g, k);
    auto* adjoint = g.is_tensor(o) ? &s.array_at(o) : nullptr;
    if (!adjoint) s.adjoints[o] += n->vjp(i, y, cotangent).item();
    else if (adjoint->is_null()) *adjoint = n->vjp(i, y, cotangent);
    else n->vjp_into(*adjoint, i, y, cotangent);
  }
}

// Of small arrays there are many, so that here nothing is made or counted that is not needed.
auto reverse_sweep::pointwise_step(sweep_state& s, const tensor_node& r, const array& cotangent) -> void {
  const auto& g = *s.g;
  const auto* ids = s.operand_ids + r.first;
  const auto& op = *r.op;
  const array* x[max_arity];
  array made[max_arity];
  bool whole[max_arity];
  for (std::uint32_t i = 0; i < r.count; ++i) {
    whole[i] = g.is_tensor(ids[i]);
    if (!whole[i]) made[i] = g.value(ids[i]);
    x[i] = whole[i] ? &g.tensor_node_at(ids[i]).value : &made[i];
  }
  for (std::uint32_t i = 0; i < r.count; ++i) {
    if (!s.takes(ids[i])) continue;
    const auto slot = static_cast<int>(i);
    if (!whole[i]) s.adjoints[ids[i]] += vjp_pointwise(op, slot, {x, r.count}, r.value, cotangent).item();
    else if (auto& adjoint = s.array_at(ids[i]); hands_on(op, slot, *x[i], cotangent)) {
      if (adjoint.is_null()) adjoint = cotangent;
      else add_into(adjoint, cotangent);
    } else if (adjoint.is_null()) adjoint = vjp_pointwise(op, slot, {x, r.count}, r.value, cotangent);
    else vjp_pointwise_into(adjoint, op, slot, {x, r.count}, r.value, cotangent);
  }
}

}  // namespace seegrad::detail
