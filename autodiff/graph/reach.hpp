#pragma once
// Which nodes lead to which.

#include <autodiff/graph/graph.hpp>
#include <autodiff/graph/node_set.hpp>
#include <span>

namespace seegrad::detail {

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

}  // namespace seegrad::detail
