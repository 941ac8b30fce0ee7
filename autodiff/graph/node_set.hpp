#pragma once
// Some of the nodes of a record.

#include <autodiff/graph/node.hpp>
#include <vector>

namespace seegrad::detail {

/// Of those from `first` to `last`.
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

}  // namespace seegrad::detail
