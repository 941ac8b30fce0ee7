#include <autodiff/view/slice.hpp>

#include <algorithm>
#include <autodiff/graph/reach.hpp>
#include <autodiff/view/view.hpp>

#include <boost/graph/breadth_first_search.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

auto require(const graph& g, node_id k, std::string_view who) -> void {
  if (k >= g.size()) throw error(fmt::format("{}: there is no node {}; the graph has {}", who, k, g.size()));
}

// Ends the search where nodes are too far away: all nearer ones have been found by then.
struct within : boost::default_bfs_visitor {
  struct done {};
  std::vector<int>* steps;
  int most;

  template <class Edge, class View>
  auto tree_edge(const Edge& e, const View& v) const -> void {
    const auto next = (*steps)[source(e, v)] + 1;
    if (next > most) throw done{};
    (*steps)[target(e, v)] = next;
  }
};

}  // namespace

auto between(const graph& g, node_id x, node_id y) -> std::vector<node_id> {
  require(g, x, "between"), require(g, y, "between");
  std::vector<node_id> found;
  if (x > y) return found;
  const auto leads = detail::leading_to(g, y);
  detail::node_set reached(x, y);
  reached.insert(x);
  for (auto k = x; k <= y; ++k) {
    if (k > x && leads[k])
      for (auto o : g.operands(k))
        if (reached[o]) reached.insert(k);
    if (leads[k] && reached[k]) found.push_back(k);
  }
  return found;
}

auto neighbourhood(const graph& g, node_id k, int distance) -> std::vector<node_id> {
  require(g, k, "neighbourhood");
  const undirected_view view(g);
  std::vector<int> steps(g.size(), -1);
  steps[k] = 0;
  within visitor{{}, &steps, distance};
  try {
    boost::breadth_first_search(view, k, boost::visitor(visitor));
  } catch (const within::done&) {}
  std::vector<node_id> found;
  for (node_id i = 0; i < g.size(); ++i)
    if (steps[i] >= 0) found.push_back(i);
  return found;
}

// The record is in topological order, so a way misses a node only by an edge that leaps over it. (Boost's dominator tree is recursive, and a
// chain of a million nodes would overflow the stack.)
auto passages(const graph& g, node_id x, node_id y) -> std::vector<node_id> {
  const auto on_ways = between(g, x, y);
  if (on_ways.empty()) return {};
  std::vector<node_id> found, place(std::size_t{y} + 1 - x), farthest(on_ways.size(), 0);
  for (std::size_t i = 0; i < on_ways.size(); ++i) place[on_ways[i] - x] = static_cast<node_id>(i + 1);
  for (std::size_t i = 1; i < on_ways.size(); ++i)
    for (auto o : g.operands(on_ways[i]))
      if (o >= x && place[o - x] > 0) farthest[place[o - x] - 1] = static_cast<node_id>(i);
  std::size_t leap = 0;
  for (std::size_t i = 0; i < on_ways.size(); ++i) {
    if (leap <= i) found.push_back(on_ways[i]);
    leap = std::max<std::size_t>(leap, farthest[i]);
  }
  return found;
}

}  // namespace seegrad
