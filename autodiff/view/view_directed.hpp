#pragma once
// The record as a directed graph of Boost's, in its two directions; view.hpp says which to take.

#include <autodiff/view/view_edge.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <concepts>
#include <limits>
#include <utility>
#include <vector>

namespace seegrad {

namespace detail {

/// What all views say alike. They show nodes 0 to size() - 1 of the record.
class view_base {
 public:
  using vertex_descriptor = node_id;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using vertex_iterator = boost::counting_iterator<node_id>;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;

  static constexpr auto null_vertex() -> node_id { return std::numeric_limits<node_id>::max(); }
  auto record() const -> const graph& { return *graph_; }

 protected:
  explicit view_base(const graph& g) : graph_(&g) {}

 private:
  const graph* graph_;
};

template <class I>
using iterator_pair = std::pair<I, I>;

struct operand_of {
  auto operator()(const operand_edge& e) const -> node_id { return e.operand; }
};
struct user_of {
  auto operator()(const operand_edge& e) const -> node_id { return e.user; }
};

inline auto slots(const graph& g, node_id k) -> iterator_pair<slot_iterator> {
  const auto list = g.operands(k);
  return {{k, list, 0}, {k, list, list.size()}};
}

/// The edge that says that `operand` is one of the operands of `user`, the first if there are several.
inline auto find_edge(const graph& g, node_id user, node_id operand) -> std::pair<operand_edge, bool> {
  const auto list = g.operands(user);
  for (int s = 0; s < list.size(); ++s)
    if (list[s] == operand) return {{user, operand, static_cast<std::uint32_t>(s)}, true};
  return {{}, false};
}

template <class I>
auto adjacent(const iterator_pair<I>& edges, auto end_of) {
  using iterator = boost::transform_iterator<decltype(end_of), I>;
  return iterator_pair<iterator>{iterator(edges.first, end_of), iterator(edges.second, end_of)};
}

}  // namespace detail

/// One of the views.
template <class V>
concept record_view = std::derived_from<V, detail::view_base>;

/// How many nodes it shows, as Boost.Graph asks.
template <record_view V>
auto num_vertices(const V& v) -> std::size_t {
  return v.size();
}
/// The nodes, by number.
template <record_view V>
auto vertices(const V& v) -> detail::iterator_pair<typename V::vertex_iterator> {
  using iterator = typename V::vertex_iterator;
  return {iterator(0), iterator(static_cast<node_id>(v.size()))};
}
/// The edges, by user and slot.
template <record_view V>
auto edges(const V& v) -> detail::iterator_pair<typename V::edge_iterator> {
  using iterator = typename V::edge_iterator;
  const auto n = static_cast<node_id>(v.size());
  return {iterator(detail::record_edge_iterator(v.record(), 0, n)), iterator(detail::record_edge_iterator(v.record(), n, n))};
}

/// Edges lead from a user to its operands. A pointer and nothing else: it needs no storage, is made in no time, and
/// always shows all of the record. num_edges takes O(V); everything else is O(1).
class operands_view : public detail::view_base {
 public:
  using edge_descriptor = operand_edge;
  using directed_category = boost::directed_tag;
  struct traversal_category : virtual boost::incidence_graph_tag,
                              virtual boost::adjacency_graph_tag,
                              virtual boost::vertex_list_graph_tag,
                              virtual boost::edge_list_graph_tag,
                              virtual boost::adjacency_matrix_tag {};
  using out_edge_iterator = detail::slot_iterator;
  using edge_iterator = detail::record_edge_iterator;
  using adjacency_iterator = boost::transform_iterator<detail::operand_of, detail::slot_iterator>;

  explicit operands_view(const graph& g) : view_base(g) {}
  /// How many nodes there are now.
  auto size() const -> std::size_t { return record().size(); }

  // clang-format off
  friend auto source(const operand_edge& e, const operands_view&) -> node_id { return e.user; }
  friend auto target(const operand_edge& e, const operands_view&) -> node_id { return e.operand; }
  friend auto out_edges(node_id k, const operands_view& v) { return detail::slots(v.record(), k); }
  friend auto out_degree(node_id k, const operands_view& v) -> std::size_t { return static_cast<std::size_t>(v.record().operands(k).size()); }
  friend auto adjacent_vertices(node_id k, const operands_view& v) { return detail::adjacent(out_edges(k, v), detail::operand_of{}); }
  friend auto edge(node_id from, node_id to, const operands_view& v) { return detail::find_edge(v.record(), from, to); }
  // clang-format on
  friend auto num_edges(const operands_view& v) -> std::size_t {
    std::size_t n = 0;
    for (node_id k = 0; k < v.size(); ++k) n += out_degree(k, v);
    return n;
  }
};

/// Edges lead from an operand to its users, as the numbers flow. Holds an index of the uses of each node, built by
/// counting in O(V + E) when the view is made: 4 bytes a node and 8 an edge. It shows the nodes there were then, and
/// is no longer good once one of these is rewound. Everything is O(1).
class dataflow_view : public detail::view_base {
 public:
  using edge_descriptor = operand_edge;
  using directed_category = boost::bidirectional_tag;
  struct traversal_category : operands_view::traversal_category, virtual boost::bidirectional_graph_tag {};
  using out_edge_iterator = detail::use_iterator;
  using in_edge_iterator = detail::slot_iterator;
  using edge_iterator = detail::record_edge_iterator;
  using adjacency_iterator = boost::transform_iterator<detail::user_of, detail::use_iterator>;

  /// Of the nodes that there are.
  explicit dataflow_view(const graph& g);
  /// How many nodes there were.
  auto size() const -> std::size_t { return first_.size() - 1; }

  // clang-format off
  friend auto source(const operand_edge& e, const dataflow_view&) -> node_id { return e.operand; }
  friend auto target(const operand_edge& e, const dataflow_view&) -> node_id { return e.user; }
  friend auto in_edges(node_id k, const dataflow_view& v) { return detail::slots(v.record(), k); }
  friend auto in_degree(node_id k, const dataflow_view& v) -> std::size_t { return static_cast<std::size_t>(v.record().operands(k).size()); }
  friend auto out_degree(node_id k, const dataflow_view& v) -> std::size_t { return v.first_[k + 1] - v.first_[k]; }
  friend auto degree(node_id k, const dataflow_view& v) -> std::size_t { return in_degree(k, v) + out_degree(k, v); }
  friend auto adjacent_vertices(node_id k, const dataflow_view& v) { return detail::adjacent(out_edges(k, v), detail::user_of{}); }
  friend auto edge(node_id from, node_id to, const dataflow_view& v) { return detail::find_edge(v.record(), to, from); }
  friend auto num_edges(const dataflow_view& v) -> std::size_t { return v.uses_.size(); }
  // clang-format on
  friend auto out_edges(node_id k, const dataflow_view& v) -> detail::iterator_pair<detail::use_iterator> {
    return {{k, v.uses_.data() + v.first_[k]}, {k, v.uses_.data() + v.first_[k + 1]}};
  }

 private:
  std::vector<std::uint32_t> first_;  // where the uses of each node begin; one more, for the end of the last
  std::vector<node_use> uses_;        // by operand, then by user, then by slot
};

inline dataflow_view::dataflow_view(const graph& g) : view_base(g), first_(g.size() + 1) {
  const auto n = static_cast<node_id>(g.size());
  for (node_id k = 0; k < n; ++k)
    for (auto o : g.operands(k)) ++first_[o + 1];
  for (node_id k = 0; k < n; ++k) first_[k + 1] += first_[k];
  uses_.resize(first_[n]);
  auto at = first_;
  for (node_id k = 0; k < n; ++k) {
    std::uint32_t slot = 0;
    for (auto o : g.operands(k)) uses_[at[o]++] = {k, slot++};
  }
}

}  // namespace seegrad
