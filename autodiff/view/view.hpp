#pragma once
// The record as a graph of Boost.Graph's: views that copy nothing, so that every algorithm there runs on what was
// recorded.
//
//   graph g;
//   scalar x = input(2.0, "x"), y = input(3.0, "y"), z = input(4.0, "z");
//   scalar f = (x + y) * z;
//   operands_view view(g);
//   std::vector<node_id> order;
//   boost::topological_sort(view, std::back_inserter(order));      // operands before users
//
// | view | an edge leads | costs | models |
// | --- | --- | --- | --- |
// | operands_view | from a user to an operand | nothing | VertexAndEdgeListGraph, IncidenceGraph, AdjacencyGraph, AdjacencyMatrix |
// | dataflow_view | from an operand to a user | an index, O(V + E) | these and BidirectionalGraph |
// | undirected_view | both ways | the same index | those of operands_view, undirected |
//
// Vertices are node numbers (node_id, from 0; vertex(x, view) is that of a handle, handle(k) goes back); x * x has
// two parallel edges, told apart by their slot. The property maps are listed in view_properties.hpp, recipes and
// pitfalls in docs/boost.md. Include the headers of the algorithms you use. A view must not outlive its graph, and
// while an algorithm runs nothing may be recorded in it.

#include <autodiff/view/view_properties.hpp>

namespace seegrad {

/// The vertex of a handle. Throws if it is a constant, or of another graph.
template <class Handle, record_view View>
  requires requires(const Handle& x) { x.ref(); }
auto vertex(const Handle& x, const View& v) -> node_id {
  return v.record().id(x.ref(), "vertex");
}

namespace detail {
/// A view that is not undirected.
template <class View>
concept directed_record_view = record_view<View> && !std::same_as<typename View::directed_category, boost::undirected_tag>;
}  // namespace detail

}  // namespace seegrad

// On a directed graph these algorithms of Boost's compile, run, and answer wrongly. They do not compile on ours: use
// undirected_view.
namespace boost {

// clang-format off
template <seegrad::detail::directed_record_view View, class Map>
auto connected_components(const View&, Map) -> void = delete;
template <seegrad::detail::directed_record_view View, class Map>
auto sequential_vertex_coloring(const View&, Map) -> void = delete;
template <seegrad::detail::directed_record_view View, class Order, class Map>
auto sequential_vertex_coloring(const View&, Order, Map) -> void = delete;
// clang-format on

}  // namespace boost
