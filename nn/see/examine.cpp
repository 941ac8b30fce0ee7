#include <nn/see/examine.hpp>

#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>

namespace seegrad::nn::detail {
namespace {

// A function such as relu stands in no layer; it is known by the layer before it.
auto behind(const graph& g, node_id k) -> std::string {
  while (g.op(k) && g.scope_of(k) == 0) {
    auto next = k;
    for (const auto o : g.operands(k))
      if (next == k && !g.is_constant(o)) next = o;
    if (next == k) return "";
    k = next;
  }
  return g.scope_of(k) == 0 ? "" : fmt::format(" behind {}", g.scope_name(g.scope_of(k)));
}

}  // namespace

examination::examination(node_id last)
    : g(graph::active()),
      y(last),
      reached_(seegrad::detail::leading_to(g, last)),
      users_(std::size_t{last} + 1),
      is_weight_(std::size_t{last} + 1) {
  in_loss_.resize(std::size_t{last} + 1);
  for (node_id k = 0; k <= y; ++k) {
    if (!reached_[k]) continue;
    const auto operands = g.operands(k);
    for (const auto o : operands)
      if (users_[o].empty() || users_[o].back() != k) users_[o].push_back(k);
    is_weight_[k] = g.is_input(k) || (g.op(k) && operands.size() == 1 && is_weight_[operands[0]] && value(k).size() > 1);
  }
  // From the loss back, and not past an operation with weights; the penalty on weights that a loss adds is no such operation.
  in_loss_[y] = 1;
  for (node_id k = y + 1; k-- > 0;) {
    if (!in_loss_[k]) continue;
    bool has_weights = false;
    for (const auto o : g.operands(k)) has_weights |= is_weight_[o] != 0;
    if (!has_weights)
      for (const auto o : g.operands(k)) in_loss_[o] = 1;
  }
}

auto examination::gradient(node_id k) const -> array {
  if (g.state(k) != adjoint_state::number) return {};
  return g.is_tensor(k) ? g.array_adjoint(k) : array(g.adjoint(k));
}

auto examination::layer_of(node_id k) const -> scope_id {
  auto at = g.scope_of(k), outermost = at;
  for (; at != 0 && g.kind_of_scope(at) == scope_kind::function; at = g.scope_parent(at)) outermost = at;
  return at == 0 ? outermost : at;
}

auto examination::say(mood how, node_id k, std::string text) -> void {
  const auto scope = layer_of(k);
  std::string where;
  if (scope != 0) where = g.scope_name(scope);
  else if (!g.name(k).empty()) where = g.name(k);
  else where = g.op(k) ? fmt::format("{} #{}{}", g.op(k)->name, k, behind(g, k)) : fmt::format("#{}", k);
  findings.push_back({how, scope, k, std::move(where), std::move(text)});
}

auto rms(const array& x) -> double { return x.size() == 0 ? 0 : std::sqrt(mean(square(x.cast(float64))).item()); }

auto rms_where_nonzero(const array& x) -> double {
  const auto n = count_nonzero(x);
  return n == 0 ? 0 : std::sqrt(sum(square(x.cast(float64))).item() / static_cast<double>(n));
}

}  // namespace seegrad::nn::detail
