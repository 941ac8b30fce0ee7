#pragma once
// Which nodes lead to which.

#include <autodiff/graph/graph.hpp>
#include <span>
#include <vector>

namespace seegrad {

/// Some of the nodes from `first` to `last` of a record.
class node_set {
 public:
  node_set(node_id first, node_id last) : first_(first), in_(std::size_t{last} + 1 - first) {}
  auto first() const -> node_id { return first_; }
  auto last() const -> node_id { return first_ + static_cast<node_id>(in_.size()) - 1; }
  auto operator[](node_id k) const -> bool { return k >= first_ && k - first_ < in_.size() && in_[k - first_]; }
  /// Nothing for a node outside `first` to `last`.
  auto insert(node_id k) -> void {
    if (k >= first_ && k - first_ < in_.size()) in_[k - first_] = true;
  }

 private:
  node_id first_;
  std::vector<bool> in_;
};

/// What leads to one of `ys`, themselves included. Nothing is sought behind a node for which `ends` is true.
template <class Ends>
auto leading_to(const graph& g, std::span<const node_id> ys, Ends ends) -> node_set {
  node_id last = 0;
  for (auto y : ys) last = y > last ? y : last;
  node_set set(0, last);
  for (auto y : ys) set.insert(y);
  for (auto k = last + 1; k-- > 0;)
    if (set[k] && !ends(k))
      for (auto o : g.operands(k)) set.insert(o);
  return set;
}
auto leading_to(const graph& g, std::span<const node_id> ys) -> node_set;
auto leading_to(const graph& g, node_id y) -> node_set;

/// What has a derivative by one of `xs`, themselves included, as far as `last`.
auto depending_on(const graph& g, std::span<const node_id> xs, node_id last) -> node_set;

}  // namespace seegrad
