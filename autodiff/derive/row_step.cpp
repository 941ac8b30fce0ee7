// The reverse sweep's step through a node with arrays.

#include <autodiff/derive/sweep.hpp>
#include <autodiff/ops/structural.hpp>
#include <optional>

namespace seegrad {
namespace {

auto pull_into(array& adjoint, const tensor_row& r, int i, std::span<const array> x, const array& y, const array& cotangent)
    -> void {
  const auto& rule = *r.op->rule;
  if (rule.pull_into && adjoint.is_writable_in_place()) return rule.pull_into(r.parameters.get(), i, x, y, cotangent, adjoint);
  add_into(adjoint, rule.pull(r.parameters.get(), i, x, y, cotangent));
}

// The values of a node's operands, without an allocation for up to three.
class operand_values {
 public:
  operand_values(const graph& g, const operand_list& ids) {
    const auto n = static_cast<std::size_t>(ids.size());
    if (n > few_.size()) many_.resize(n);
    all_ = {n > few_.size() ? many_.data() : few_.data(), n};
    for (std::size_t i = 0; i < n; ++i) all_[i] = g.array_value(ids[static_cast<int>(i)]);
  }
  operator std::span<const array>() const { return all_; }

 private:
  std::array<array, 3> few_;
  std::vector<array> many_;
  std::span<array> all_;
};

}  // namespace

auto pull_row(const graph& g, node_id k, int i, std::span<const array> x, const array& cotangent) -> array {
  const auto& r = g.row(k);
  const auto& op = *r.op;
  if (!op.is_structural()) return pull_pointwise(op, i, x, r.value, cotangent);
  const auto p = op.rule->pull(r.parameters.get(), i, x, r.value.is_null() ? array(g.value(k)) : r.value, cotangent);
  const auto& operand = x[static_cast<std::size_t>(i)];
  return operand.is_number() || p.type() == operand.type() ? p : p.cast(operand.type());
}

auto reverse_sweep::row_step(graph& g, node_id k, double* numbers, adjoints kept) -> void {
  auto& r = g.rows_[g.row_number(k)];
  const bool is_number = r.value.is_null();
  if (is_number ? numbers[k] == 0 : r.adjoint.is_null()) return;
  const array cotangent = is_number ? array(numbers[k]) : kept == adjoints::inputs ? std::move(r.adjoint) : r.adjoint;
  if (!r.op->is_structural()) return pointwise_step(g, r, numbers, cotangent);
  const auto operands = g.operands(k);
  std::optional<operand_values> x;
  for (int i = 0; i < operands.size(); ++i) {
    const auto o = operands[i];
    if (!g.is_differentiable(o)) continue;
    if (!x) x.emplace(g, operands);
    auto* target = g.is_tensor(o) ? &g.rows_[g.row_number(o)] : nullptr;
    if (!target) numbers[o] += pull_row(g, k, i, *x, cotangent).item();
    else if (target->adjoint.is_null()) target->adjoint = pull_row(g, k, i, *x, cotangent);
    else pull_into(target->adjoint, r, i, *x, is_number ? array(g.value(k)) : r.value, cotangent);
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
