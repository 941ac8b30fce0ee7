#include <autodiff/graph/adjoints.hpp>

#include <algorithm>
#include <autodiff/graph/reach.hpp>
#include <fmt/format.h>

namespace seegrad {

auto adjoints::whole(node_id k) const -> const array& {
  static const array none;
  const auto row = graph_->tensor_node_number(k);
  return row >= first_tensor_node_ && row - first_tensor_node_ < arrays_.size() ? arrays_[row - first_tensor_node_] : none;
}

auto adjoints::state(node_id k) const -> adjoint_state {
  const auto& g = *graph_;
  if (!covers(k)) return adjoint_state::not_computed;
  if (g.is_constant(k)) return adjoint_state::structural_zero;
  const bool is_array = g.is_tensor(k);
  if (is_array ? !whole(k).is_null() : number(k) != 0) return adjoint_state::number;
  if (outputs_.empty()) return is_array ? adjoint_state::not_computed : adjoint_state::number;
  if (!reached_) reached_ = detail::leading_to(g, outputs_);
  if (!(*reached_)[k]) return adjoint_state::structural_zero;
  // A reached array without an adjoint got nothing but zeros, unless its adjoint was not kept.
  return is_array && kept_ != all && !g.is_input(k) ? adjoint_state::not_computed : adjoint_state::number;
}

auto adjoints::node(node_ref x, std::string_view who) const -> node_id {
  const auto k = graph_->id(x, who);
  if (top_ != 0 && !graph_->has(top_)) throw error(fmt::format("{}: the graph was rewound since the sweep; sweep again", who));
  return k;
}

auto adjoints::truncate(std::size_t nodes, std::size_t rows) -> void {
  last_ = std::min(last_, nodes), covered_ = std::min(covered_, nodes);
  top_ = 0;
  if (first_tensor_node_ + arrays_.size() > rows) arrays_.resize(rows - std::min(rows, first_tensor_node_));
  // Without its outputs a sweep's structural zeros cannot be found any more.
  if (std::any_of(outputs_.begin(), outputs_.end(), [&](node_id k) { return k >= nodes; })) outputs_.clear();
  reached_.reset();
}

}  // namespace seegrad
