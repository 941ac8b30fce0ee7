#include <algorithm>
#include <autodiff/graph/graph.hpp>

namespace seegrad {

auto graph::name(node_id k) const -> std::string_view {
  const auto it = names_.find(k);
  return it == names_.end() ? std::string_view{} : it->second;
}

auto graph::set_name(node_id k, std::string_view name) -> void { names_.insert_or_assign(k, std::string(name)); }

auto graph::open_scope(std::string_view name) -> scope_id {
  scopes_.push_back({std::string(name), scope_});
  runs_.push_back({static_cast<node_id>(size()), static_cast<scope_id>(scopes_.size() - 1)});
  return scope_ = static_cast<scope_id>(scopes_.size() - 1);
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
