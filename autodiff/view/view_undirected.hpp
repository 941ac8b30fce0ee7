#pragma once
// The record as an undirected graph of Boost's: for connected components, colourings, and whatever else asks for one.

#include <algorithm>
#include <autodiff/view/view_directed.hpp>

namespace seegrad {

/// The same edges whichever end they are seen from: those of x to its users and of the users to x compare equal.
struct undirected_edge {
  operand_edge edge;      ///< as the record has it
  bool from_user = true;  ///< whether the user is the source

  friend auto operator==(const undirected_edge& a, const undirected_edge& b) -> bool { return a.edge == b.edge; }
  friend auto operator<=>(const undirected_edge& a, const undirected_edge& b) { return a.edge <=> b.edge; }
};

namespace detail {
/// The edges to the operands of a node, and then those to its users.
class neighbour_iterator : public detail::making_iterator<neighbour_iterator, undirected_edge> {
 public:
  neighbour_iterator() = default;
  neighbour_iterator(slot_iterator slot, slot_iterator slots_end, use_iterator use)
      : slot_(slot), slots_end_(slots_end), use_(use) {}

 private:
  friend class boost::iterator_core_access;
  auto dereference() const -> undirected_edge {
    return slot_ != slots_end_ ? undirected_edge{*slot_, true} : undirected_edge{*use_, false};
  }
  auto equal(const neighbour_iterator& o) const -> bool { return slot_ == o.slot_ && use_ == o.use_; }
  auto increment() -> void { slot_ != slots_end_ ? void(++slot_) : void(++use_); }

  slot_iterator slot_, slots_end_;
  use_iterator use_;
};
}  // namespace detail

/// Edges lead both ways. Holds the index of a dataflow_view, and is good for as long as one.
class undirected_view : public detail::view_base {
  struct far_end {
    auto operator()(const undirected_edge& e) const -> node_id { return e.from_user ? e.edge.operand : e.edge.user; }
  };
  struct seen_from_user {
    auto operator()(const operand_edge& e) const -> undirected_edge { return {e, true}; }
  };

 public:
  using edge_descriptor = undirected_edge;
  using directed_category = boost::undirected_tag;
  using traversal_category = operands_view::traversal_category;
  using out_edge_iterator = detail::neighbour_iterator;
  using edge_iterator = boost::transform_iterator<seen_from_user, detail::record_edge_iterator>;
  using adjacency_iterator = boost::transform_iterator<far_end, detail::neighbour_iterator>;

  explicit undirected_view(const graph& g) : view_base(g), flow_(g) {}
  /// How many nodes there were.
  auto size() const -> std::size_t { return flow_.size(); }

  // clang-format off
  friend auto source(const undirected_edge& e, const undirected_view&) -> node_id { return e.from_user ? e.edge.user : e.edge.operand; }
  friend auto target(const undirected_edge& e, const undirected_view&) -> node_id { return far_end{}(e); }
  friend auto out_degree(node_id k, const undirected_view& v) -> std::size_t { return degree(k, v.flow_); }
  friend auto degree(node_id k, const undirected_view& v) -> std::size_t { return degree(k, v.flow_); }
  friend auto adjacent_vertices(node_id k, const undirected_view& v) { return detail::adjacent(out_edges(k, v), far_end{}); }
  friend auto num_edges(const undirected_view& v) -> std::size_t { return num_edges(v.flow_); }
  // clang-format on
  friend auto out_edges(node_id k, const undirected_view& v) -> detail::iterator_pair<detail::neighbour_iterator> {
    const auto [slot, slots_end] = in_edges(k, v.flow_);
    const auto [use, uses_end] = out_edges(k, v.flow_);
    return {{slot, slots_end, use}, {slots_end, slots_end, uses_end}};
  }
  friend auto edge(node_id from, node_id to, const undirected_view& v) -> std::pair<undirected_edge, bool> {
    // Of two nodes that are joined, the one made later is the user.
    const auto [e, found] = detail::find_edge(v.record(), std::max(from, to), std::min(from, to));
    return {{e, from > to}, found};
  }

 private:
  dataflow_view flow_;
};

}  // namespace seegrad
