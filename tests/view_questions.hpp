#pragma once
// Boost's algorithms, asked through the views in the words of the tests.

#include <autodiff/autodiff.hpp>
#include <autodiff/view/view.hpp>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/graph/transitive_closure.hpp>
#include <set>
#include <vector>

namespace seegrad {

using ids = std::vector<node_id>;
using pairs = std::set<std::pair<node_id, node_id>>;
inline constexpr auto nowhere = operands_view::null_vertex();

template <class T, class View>
auto by_node(std::vector<T>& data, const View& v) {
  return boost::make_iterator_property_map(data.begin(), get(boost::vertex_index, v));
}

template <class View>
auto sorted(const View& v) -> ids {
  ids order;
  boost::topological_sort(v, std::back_inserter(order));
  return order;
}

template <class View>
auto distances(const View& v, node_id from) -> std::vector<int> {
  std::vector<int> d(num_vertices(v), -1);
  d[from] = 0;
  boost::breadth_first_search(
      v, from, boost::visitor(boost::make_bfs_visitor(boost::record_distances(by_node(d, v), boost::on_tree_edge()))));
  return d;
}

inline auto components(const graph& g) -> std::pair<int, std::vector<int>> {
  const undirected_view v(g);
  std::vector<int> c(num_vertices(v));
  const int n = boost::connected_components(v, by_node(c, v));
  return {n, c};
}

/// The immediate dominator of each node that `entry` leads to, by the long form, which is right with nodes it does not lead to.
inline auto dominators(const dataflow_view& v, node_id entry) -> ids {
  const auto n = num_vertices(v);
  ids parent(n, nowhere), by_time(n, nowhere), result(n, nowhere);
  std::vector<std::size_t> time(n, std::numeric_limits<std::size_t>::max());
  boost::lengauer_tarjan_dominator_tree(v, entry, get(boost::vertex_index, v), by_node(time, v), by_node(parent, v), by_time,
                                        by_node(result, v));
  return result;
}

template <class View>
auto closure(const View& v) -> pairs {
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> c;
  boost::transitive_closure(v, c);
  pairs out;
  for (auto [e, end] = edges(c); e != end; ++e) out.emplace(source(*e, c), target(*e, c));
  return out;
}

}  // namespace seegrad
