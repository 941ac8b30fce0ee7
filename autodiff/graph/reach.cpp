#include <autodiff/graph/reach.hpp>

#include <algorithm>

namespace seegrad::detail {

auto leading_to(const graph& g, std::span<const node_id> ys) -> node_set {
  return leading_to(g, ys, [](node_id) { return false; });
}

auto leading_to(const graph& g, node_id y) -> node_set { return leading_to(g, {&y, 1}); }

auto depending_on(const graph& g, std::span<const node_id> xs, node_id last) -> node_set {
  node_id first = last;
  for (auto x : xs) first = std::min(first, x);
  node_set set(first, last);
  for (auto x : xs) set.insert(x);
  for (auto k = first; k <= last; ++k)
    if (g.is_differentiable(k))
      for (auto o : g.operands(k))
        if (set[o]) set.insert(k);
  return set;
}

}  // namespace seegrad::detail
