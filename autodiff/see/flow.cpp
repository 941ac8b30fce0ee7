#include <autodiff/derive/evaluate.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/flow.hpp>

namespace seegrad::see {

auto flows::has_any(node_id k) const -> bool {
  if (!g_->swept(k)) return false;
  return g_->is_tensor(k) ? g_->state(k) != adjoint_state::structural_zero : g_->adjoint(k) != 0;
}

auto flows::of(node_id k, int slot) -> flow {
  if (g_->is_tensor_node(k)) {
    const auto key = std::uint64_t{k} << 32 | static_cast<std::uint32_t>(slot);
    const auto [at, fresh] = rows_.try_emplace(key);
    if (fresh) at->second = of_row(k, slot);
    return at->second;
  }
  const node_of_numbers n(*g_, k);
  return {n.partial(slot), n.vjp(slot, g_->adjoint(k)), false, true};
}

auto flows::of_row(node_id k, int slot) const -> flow {
  const auto operands = g_->operands(k);
  const auto o = operands[slot];
  flow f;
  f.is_norm = g_->is_tensor(o) && g_->tensor_node_at(o).value.size() != 1;
  if (!g_->is_differentiable(o) || !has_any(k)) return f;
  if (g_->is_tensor(k) && g_->array_adjoint(k).is_null()) return f.kept = false, f;
  const auto cotangent = g_->is_tensor(k) ? g_->array_adjoint(k) : array(g_->adjoint(k));
  const auto contribution = node_of_arrays(*g_, k).vjp(slot, g_->array_value(k), cotangent);
  f.carried = f.is_norm ? norm_of(contribution) : contribution.item();
  return f;
}

}  // namespace seegrad::see
