#include <autodiff/derive/evaluate.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/flow.hpp>

namespace seegrad::detail::see {

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

auto flows::together(std::span<const std::pair<node_id, int>> uses) -> flow {
  auto f = of(uses[0].first, uses[0].second);
  f.local = 0;
  if (uses.size() == 1) return f;
  array sum;
  for (const auto& [user, slot] : uses)
    if (const auto c = contribution(user, slot, f.kept); !c.is_null()) sum = sum.is_null() ? c : sum + c;
  f.carried = sum.is_null() ? 0 : f.is_norm ? norm_of(sum) : sum.item();
  return f;
}

auto flows::is_norm(node_id operand) const -> bool {
  return g_->is_tensor(operand) && g_->tensor_node_at(operand).value.size() != 1;
}

auto flows::contribution(node_id k, int slot, bool& kept) const -> array {
  if (!g_->is_differentiable(g_->operands(k)[slot]) || !has_any(k)) return {};
  if (g_->is_tensor(k) && g_->array_adjoint(k).is_null()) return kept = false, array();
  const auto cotangent = g_->is_tensor(k) ? g_->array_adjoint(k) : array(g_->adjoint(k));
  return node_of_arrays(*g_, k).vjp(slot, g_->array_value(k), cotangent);
}

auto flows::of_row(node_id k, int slot) const -> flow {
  flow f{.is_norm = is_norm(g_->operands(k)[slot])};
  if (const auto c = contribution(k, slot, f.kept); !c.is_null()) f.carried = f.is_norm ? norm_of(c) : c.item();
  return f;
}

}  // namespace seegrad::detail::see
