#include <algorithm>
#include <autodiff/graph/graph.hpp>

namespace seegrad {

auto graph::names_before(node_id k) const -> std::size_t {
  if (names_.size() == 0 || names_.back().node < k) return names_.size();  // names are mostly given in the order of the nodes
  const auto at = std::lower_bound(names_.begin(), names_.end(), k, [](const name_entry& e, node_id n) { return e.node < n; });
  return static_cast<std::size_t>(at - names_.begin());
}

auto graph::name(node_id k) const -> std::string_view {
  const auto i = names_before(k);
  return i < names_.size() && names_[i].node == k ? std::string_view(names_[i].name) : std::string_view{};
}

auto graph::set_name(node_id k, std::string_view name) -> void {
  const auto i = names_before(k);
  auto& entry = i < names_.size() && names_[i].node == k ? names_.begin()[i] : names_.grow_at(i);
  entry.node = k, entry.name = name;
}

auto graph::open_scope(std::string_view name, scope_kind kind) -> scope_id {
  const auto id = static_cast<scope_id>(scopes_.size());
  auto& entry = scopes_.grow();
  entry.name = name, entry.parent = scope_, entry.kind = kind;
  runs_.push_back({static_cast<node_id>(size()), id});
  return scope_ = id;
}

auto graph::close_scope() -> void {
  if (scope_ == 0) throw error("close_scope: no scope is open");
  close_scope(scope_);
}

auto graph::close_scope(scope_id s) -> void {
  auto open = scope_;
  while (open != 0 && open != s) open = scopes_[open].parent;
  if (open == 0) return;
  scope_ = scopes_[open].parent;
  runs_.push_back({static_cast<node_id>(size()), scope_});
}

auto graph::scope_of(node_id k) const -> scope_id {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), k, [](node_id n, const scope_run& r) { return n < r.first; });
  return after == runs_.begin() ? 0 : std::prev(after)->scope;
}

}  // namespace seegrad
