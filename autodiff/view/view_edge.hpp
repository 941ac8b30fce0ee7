#pragma once
// An edge of the record seen as a graph, and the iterators over edges.
//
// An edge is "operand number `slot` of node `user` is node `operand`". Which end is its source depends on the view
// (view.hpp): the user in operands_view, the operand in dataflow_view. The slot tells the two edges of x * x apart.

#include <autodiff/graph/graph.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <compare>

namespace seegrad {

/// That `user` is computed from `operand`, as its operand number `slot`.
struct operand_edge {
  node_id user = 0, operand = 0;  ///< the two nodes
  std::uint32_t slot = 0;         ///< from 0

  friend auto operator==(const operand_edge&, const operand_edge&) -> bool = default;
  friend auto operator<=>(const operand_edge&, const operand_edge&) = default;
};

namespace detail {

/// Iterators that make their edges up as they go: what they point to is a value, not an lvalue.
template <class Iterator, class Value>
using making_iterator = boost::iterator_facade<Iterator, Value, boost::forward_traversal_tag, Value>;

/// The edges to the operands of one node, read from the record.
class slot_iterator : public detail::making_iterator<slot_iterator, operand_edge> {
 public:
  slot_iterator() = default;
  slot_iterator(node_id user, const operand_list& operands, int slot) : operands_(operands), user_(user), slot_(slot) {}

 private:
  friend class boost::iterator_core_access;
  auto dereference() const -> operand_edge { return {user_, operands_[slot_], static_cast<std::uint32_t>(slot_)}; }
  auto equal(const slot_iterator& o) const -> bool { return slot_ == o.slot_ && user_ == o.user_; }
  auto increment() -> void { ++slot_; }

  operand_list operands_;
  node_id user_ = 0;
  int slot_ = 0;
};
}  // namespace detail

/// One use of a node: as operand `slot` of `user`.
struct node_use {
  node_id user;        ///< what is computed from the node
  std::uint32_t slot;  ///< as which operand, from 0
};

namespace detail {
/// The edges from the users of one node, read from the index of a dataflow_view.
class use_iterator : public detail::making_iterator<use_iterator, operand_edge> {
 public:
  use_iterator() = default;
  use_iterator(node_id operand, const node_use* at) : at_(at), operand_(operand) {}

 private:
  friend class boost::iterator_core_access;
  auto dereference() const -> operand_edge { return {at_->user, operand_, at_->slot}; }
  auto equal(const use_iterator& o) const -> bool { return at_ == o.at_; }
  auto increment() -> void { ++at_; }

  const node_use* at_ = nullptr;
  node_id operand_ = 0;
};

/// All edges, ordered by user and slot.
class record_edge_iterator : public detail::making_iterator<record_edge_iterator, operand_edge> {
 public:
  record_edge_iterator() = default;
  /// At the first edge of node `user`, or of the first node after it that has one; `size` ends the range.
  record_edge_iterator(const graph& g, node_id user, node_id size) : graph_(&g), user_(user), size_(size) { settle(); }

 private:
  friend class boost::iterator_core_access;
  auto dereference() const -> operand_edge { return {user_, operands_[slot_], static_cast<std::uint32_t>(slot_)}; }
  auto equal(const record_edge_iterator& o) const -> bool { return user_ == o.user_ && slot_ == o.slot_; }
  auto increment() -> void {
    if (++slot_ < operands_.size()) return;
    ++user_, slot_ = 0;
    settle();
  }
  auto settle() -> void {
    while (user_ < size_ && graph_->is_leaf(user_)) ++user_;
    if (user_ < size_) operands_ = graph_->operands(user_);
  }

  const graph* graph_ = nullptr;
  operand_list operands_;
  node_id user_ = 0, size_ = 0;
  int slot_ = 0;
};
}  // namespace detail

}  // namespace seegrad
